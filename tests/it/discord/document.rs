//! The document, the sitemap and what the program routes are the same set.

use latchkey_contracts::discord::DOCUMENT;
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;

use super::client::document;
use crate::house::house;
use crate::routes::{Routes, routes_of, set};

const SITEMAP: &str = include_str!("../../../services/discord/src/http/mod.rs");

#[test]
fn every_public_route_is_documented_and_the_other_way_round() {
    let routed: Routes = routes_of(SITEMAP);
    assert_eq!(routed, set(document().operations_of("discord")));
    assert_eq!(routed, set(document().operations()));
    assert_eq!(routed.len(), 8);
}

async fn every_documented_operation_is_routed(backend: Backend) {
    let nobody = house(backend).nobody();
    for (method, path) in document().operations() {
        let path = path.replace("{id}", "1");
        let answer = nobody.call(method.parse::<Method>().unwrap(), &path).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}

async fn the_document_is_served(backend: Backend) {
    let answer = house(backend).nobody().get("/openapi/discord.json").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.body, DOCUMENT.as_bytes());
}

every_shape!(every_documented_operation_is_routed, the_document_is_served,);
