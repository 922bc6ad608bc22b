//! What the contracts' documents promise is routed, and they themselves are served. That the services
//! route nothing else is asked where their sitemaps are known, in the command's own tests.

use latchkey_contracts::ALL;
use latchkey_testing::openapi::Document;
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;

use crate::house::house;

/// Each contract's document, by the path that serves it.
pub(crate) fn documents() -> impl Iterator<Item = (String, &'static str)> {
    ALL.into_iter().filter_map(|contract| {
        let path = format!("/openapi/{}.json", contract.name);
        Some((path, contract.document?))
    })
}

async fn every_documented_operation_is_routed(backend: Backend) {
    let nobody = house(backend).nobody();
    for (_, text) in documents() {
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
pub(crate) fn filled(template: &str) -> String {
    let parts = template.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn every_document_is_served(backend: Backend) {
    let nobody = house(backend).nobody();
    for (path, text) in documents() {
        let answer = nobody.get(&path).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.body, text.as_bytes());
    }
}

every_shape!(
    every_documented_operation_is_routed,
    every_document_is_served,
);
