//! The documents, the sitemaps of the services, and what the program routes are the same set.

use std::collections::BTreeSet;

use latchkey_contracts::{chat, choirs, groups, namespaces};
use latchkey_testing::openapi::Document;
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;

use crate::house::house;

/// Each contract's document, by the path that serves it.
const DOCUMENTS: [(&str, &str); 4] = [
    ("/openapi/chat.json", chat::DOCUMENT),
    ("/openapi/group-join-requests.json", groups::DOCUMENT),
    ("/openapi/choirs.json", choirs::DOCUMENT),
    ("/openapi/namespaces.json", namespaces::DOCUMENT),
];

/// Each service's one page of routes.
const SITEMAPS: [(&str, &str); 3] = [
    (
        "users",
        include_str!("../../services/users/src/http/mod.rs"),
    ),
    (
        "channels",
        include_str!("../../services/channels/src/http/mod.rs"),
    ),
    (
        "invitations",
        concat!(
            include_str!("../../services/invitations/src/http/mod.rs"),
            include_str!("../../services/invitations/src/http/namespaces/mod.rs"),
        ),
    ),
];

/// Public routes that are no operation of a contract: pages for people. This list only shrinks.
const PAGES: [(&str, &str); 1] = [("GET", "/keys")];

pub(crate) type Routes = BTreeSet<(String, String)>;

/// Reads `resource("PATH")` and the `web::METHOD()` behind it. The pattern of a part that may hold
/// anything is no part of the document.
pub(crate) fn routes_of(sitemap: &str) -> Routes {
    let mut routes = Routes::new();
    for resource in sitemap.split("resource(").skip(1) {
        let Some(path) = resource
            .split('"')
            .nth(1)
            .filter(|path| path.starts_with('/'))
        else {
            continue;
        };
        for method in ["get", "post", "put", "patch", "delete"] {
            if resource.contains(&format!("web::{method}()")) {
                let path = path.replace(":.*}", "}").replace(":.+}", "}");
                routes.insert((method.to_uppercase(), path));
            }
        }
    }
    routes
}

pub(crate) fn set<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Routes {
    let owned = |(method, path): (&str, &str)| (method.to_owned(), path.to_owned());
    pairs.into_iter().map(owned).collect()
}

#[test]
fn every_public_route_is_documented_at_its_service_and_the_other_way_round() {
    let documents = DOCUMENTS.map(|(_, text)| Document::load(text).unwrap());
    let pages = set(PAGES);
    for (service, sitemap) in SITEMAPS {
        let routed: Routes = routes_of(sitemap).difference(&pages).cloned().collect();
        assert!(!routed.is_empty(), "{service} has a sitemap");
        let documented = documents.iter().flat_map(|it| it.operations_of(service));
        assert_eq!(routed, set(documented), "{service}");
    }
}

async fn every_documented_operation_is_routed(backend: Backend) {
    let nobody = house(backend).nobody();
    for (_, text) in DOCUMENTS {
        for (method, path) in Document::load(text).unwrap().operations() {
            let path = filled(path);
            let answer = nobody.call(method.parse::<Method>().unwrap(), &path).await;
            // The namespace contract says 404 to whoever has no token, in its own words.
            let is_routed = answer.status != 404 || answer.problem_suffix().is_none();
            assert!(is_routed && answer.status != 405, "{answer}");
        }
    }
}

/// A path with something in each of its variable parts.
fn filled(template: &str) -> String {
    let parts = template.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn every_document_is_served(backend: Backend) {
    let nobody = house(backend).nobody();
    for (path, text) in DOCUMENTS {
        let answer = nobody.get(path).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.body, text.as_bytes());
    }
}

every_shape!(
    every_documented_operation_is_routed,
    every_document_is_served,
);
