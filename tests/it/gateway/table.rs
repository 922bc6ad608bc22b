//! The table sends each route to the service that serves it.

use std::collections::BTreeMap;
use std::fs;

use latchkey_testing::openapi::Document;
use latchkey_testing::raw::{Kept, connect};
use latchkey_testing::{Service, gateway};
use serde_json::Value;

use super::front::Front;
use crate::house::text;
use crate::routes::{documents, filled};
use crate::spelling::{disguises, encodings};

/// Path and service, as the table has them.
fn table() -> BTreeMap<String, String> {
    let file = gateway::folder().join("routes.map");
    let text = fs::read_to_string(file).expect("the table");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| line.split_once(' '));
    entries
        .map(|(path, service)| (path.to_owned(), service.to_owned()))
        .collect()
}

/// The service of the longest entry that `path` begins with; `$` stands for its end.
fn entry<'a>(table: &'a BTreeMap<String, String>, path: &str) -> Option<&'a str> {
    let ended = format!("{path}$");
    let fitting = table.iter().filter(|(key, _)| ended.starts_with(*key));
    let longest = fitting.max_by_key(|(key, _)| key.len());
    longest.map(|(_, service)| service.as_str())
}

/// Every path of every service: what the documents promise, and what else the table has.
fn routes() -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for (path, service) in table() {
        let place = path
            .strip_suffix('$')
            .map_or_else(|| format!("{path}a/b"), str::to_owned);
        routes.push((service, place));
    }
    for (_, json) in documents() {
        let document = Document::load(json).unwrap();
        let mut promised = 0;
        for service in Service::ALL.map(Service::name) {
            for (_, path) in document.operations_of(service) {
                promised += 1;
                for prefix in prefixes(json) {
                    routes.push((service.to_owned(), filled(&format!("{prefix}{path}"))));
                }
            }
        }
        assert_eq!(promised, document.operations().len(), "each has an owner");
    }
    routes
}

/// Where a contract is served, from the document's `servers`.
fn prefixes(json: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(json).unwrap();
    let Some(servers) = document["servers"].as_array() else {
        return vec![String::new()];
    };
    let urls = servers.iter().map(|server| text(server, "url"));
    urls.map(|url| url.trim_end_matches('/').to_owned())
        .collect()
}

#[test]
fn every_promise_has_an_entry() {
    let table = table();
    for (service, path) in routes() {
        let found = entry(&table, &path);
        assert_eq!(found, Some(service.as_str()), "{path}");
    }
}

#[tokio::test]
async fn each_route_arrives_at_its_service() {
    let Some(front) = Front::open("each_route_arrives_at_its_service", &[]) else {
        return;
    };
    let nobody = front.nobody();
    for (service, path) in routes() {
        if path == "/api/user/listener" {
            let before = front.asked(&service);
            drop(nobody.listen().await);
            assert_eq!(front.asked(&service), before + 1, "{path}");
            continue;
        }
        let told = nobody.get(&path).await.ok(200);
        assert_eq!(text(&told, "service"), service, "{path}");
        assert_eq!(text(&told, "path"), path);
    }
    // The services know a path by its decoded form.
    let told = nobody.get("/api/us%65r/info?t=%41").await.ok(200);
    assert_eq!(text(&told, "service"), "users");
    assert_eq!(text(&told, "path"), "/api/us%65r/info?t=%41");
}

#[tokio::test]
async fn what_is_not_in_the_table_is_not_found() {
    let Some(front) = Front::open("what_is_not_in_the_table_is_not_found", &[]) else {
        return;
    };
    for path in [
        "/api",
        "/api/statux",
        "/api/statusx",
        "/api/status/",
        "//api/status",
        "/api/user/infos",
        "/healthz/ready",
        "/healthz/live",
        "/metrics",
        "/internal/users/create-account",
        "/operator/users/create",
        "/api/status/../../metrics",
    ] {
        let answer = front.nobody().get(path).await;
        // What is sent is the path that the client has made of it.
        if path.starts_with("/api") && !path.contains("..") {
            answer.refused("not-found");
        } else {
            assert_eq!(answer.status, 404, "{path}: {answer}");
            let said = String::from_utf8_lossy(&answer.body);
            assert!(
                said.contains(r#""type":"/v1/problems/no-such-path""#),
                "{path}: {said}"
            );
        }
    }
    let mut line = Kept::new(|| connect(&front.gateway.authority()));
    for path in [
        "/internal/users/create-account",
        "/operator/users/create",
        "/healthz/ready",
        "/metrics",
    ] {
        for path in encodings(path).into_iter().chain(disguises(path)) {
            let request = format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            let answer = line.ask(request.as_bytes());
            let is_no_path = path.contains('\\') && answer.status == 400;
            assert!(answer.status == 404 || is_no_path, "{path}: {answer:?}");
        }
    }
    for service in Service::ALL.map(Service::name) {
        assert_eq!(front.asked(service), 0, "{service}");
    }
}
