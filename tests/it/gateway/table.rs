//! The table sends each route to the service that serves it.

use std::collections::BTreeMap;
use std::fs;

use latchkey_contracts::{chat, choirs, discord, groups, namespaces};
use latchkey_testing::openapi::Document;
use latchkey_testing::raw::{Kept, connect};
use latchkey_testing::{Service, gateway};
use serde_json::Value;

use super::front::Front;
use crate::house::text;
use crate::spelling::{disguises, encodings};

/// Each contract's document.
const DOCUMENTS: [&str; 5] = [
    chat::DOCUMENT,
    groups::DOCUMENT,
    choirs::DOCUMENT,
    namespaces::DOCUMENT,
    discord::DOCUMENT,
];

/// Each service's pages of routes, and the prefix of each page.
const SITEMAPS: [(&str, &str, &str); 6] = [
    (
        "users",
        "",
        include_str!("../../../services/users/src/http/mod.rs"),
    ),
    (
        "channels",
        "",
        include_str!("../../../services/channels/src/http/mod.rs"),
    ),
    (
        "invitations",
        "",
        include_str!("../../../services/invitations/src/http/mod.rs"),
    ),
    (
        "invitations",
        "",
        include_str!("../../../services/invitations/src/http/namespaces/mod.rs"),
    ),
    (
        "invitations",
        "/api",
        include_str!("../../../services/invitations/src/http/namespaces/mod.rs"),
    ),
    (
        "discord",
        "",
        include_str!("../../../services/discord/src/http/mod.rs"),
    ),
];

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

/// The longest entry that `path` begins with; `$` stands for its end.
fn entry<'a>(table: &'a BTreeMap<String, String>, path: &str) -> Option<(&'a str, &'a str)> {
    let ended = format!("{path}$");
    let fitting = table.iter().filter(|(key, _)| ended.starts_with(*key));
    fitting
        .max_by_key(|(key, _)| key.len())
        .map(|(key, service)| (key.as_str(), service.as_str()))
}

/// A path of a template: something in each variable part, and a slash where it may hold one.
fn filled(template: &str) -> String {
    let parts = template.split('/');
    let parts = parts.map(|part| match part {
        _ if !part.starts_with('{') => part,
        _ if part.contains(":.") => "a/b",
        _ => "1",
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Every path that a page of routes registers.
fn paths_of(sitemap: &str) -> Vec<&str> {
    let resources = sitemap.split("resource(").skip(1);
    let arguments = resources.filter_map(|rest| rest.split(')').next());
    arguments
        .flat_map(|arguments| arguments.split('"').skip(1).step_by(2))
        .filter(|path| path.starts_with('/'))
        .collect()
}

/// Every path of every service: what the services register and what the documents promise.
fn routes() -> Vec<(&'static str, String)> {
    let mut routes = Vec::new();
    for (service, prefix, sitemap) in SITEMAPS {
        let paths = paths_of(sitemap);
        assert!(paths.len() > 4, "{service} has a sitemap");
        for path in paths {
            routes.push((service, filled(&format!("{prefix}{path}"))));
        }
    }
    for json in DOCUMENTS {
        let document = Document::load(json).unwrap();
        let mut promised = 0;
        for service in Service::ALL.map(Service::name) {
            for (_, path) in document.operations_of(service) {
                promised += 1;
                for prefix in prefixes(json) {
                    routes.push((service, filled(&format!("{prefix}{path}"))));
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
fn every_route_has_an_entry_and_every_entry_a_route() {
    let table = table();
    let mut unused: Vec<&str> = table.keys().map(String::as_str).collect();
    for (service, path) in routes() {
        let Some((key, found)) = entry(&table, &path) else {
            panic!("{path} of {service} is missing in routes.map");
        };
        assert_eq!(found, service, "{path}");
        // Beside a route stands the rest of its contract, which answers 404 in its own words.
        let below = |root: &str| path == root || path.starts_with(&format!("{root}/"));
        unused.retain(|entry| *entry != key && !below(entry.trim_end_matches(['$', '/'])));
    }
    assert_eq!(unused, [""; 0], "no service has these");
}

#[tokio::test]
async fn each_route_arrives_at_its_service() {
    let Some(front) = Front::open("each_route_arrives_at_its_service", &[]) else {
        return;
    };
    let nobody = front.nobody();
    for (service, path) in routes() {
        if path == "/api/user/listener" {
            let before = front.asked(service);
            drop(nobody.listen().await);
            assert_eq!(front.asked(service), before + 1, "{path}");
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
        "/",
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
        answer.refused("not-found");
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
