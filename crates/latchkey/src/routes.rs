//! Which service serves which path, as gateways are told it. Made of the services' sitemaps, so that
//! a path stands in one place.

use std::fmt::Write as _;

use latchkey_common::server::{Paths, Root, Sitemap};
use latchkey_contracts::ALL;
use serde_json::{Value, json};

use crate::house;

const HAPROXY: &str = "\
# Which service serves which path: `PATH SERVICE`. A path that ends in `$` is that path alone; any
# other is itself and everything that begins with it, and the longest entry counts. A path that is
# not here does not exist (404). Printed by `latchkey routes`.
";

const HTTP_ROUTES: &str = "# Printed by `latchkey routes --http-routes`.\n";

/// What one rule of an `HTTPRoute` may hold, by the schema.
const MATCHES: usize = 64;

/// A path, or all that begin with it, and who serves it.
struct Way {
    path: String,
    /// True for a path that ends in a slash and stands for everything below.
    is_beginning: bool,
    /// Its answers may go on for ever.
    is_endless: bool,
    service: &'static str,
}

impl Way {
    fn to(path: &str, service: &'static str, is_endless: bool) -> Self {
        // What is variable is whole parts of a path.
        let fixed = path.split('{').next().unwrap_or_default();
        Self {
            path: fixed.to_owned(),
            is_beginning: fixed.len() < path.len(),
            is_endless,
            service,
        }
    }
}

/// The ways of every contract, by its name. A contract that has its roots for itself is sent there
/// whole, so that what it does not have is refused in its own words.
fn ways() -> Vec<(&'static str, Vec<Way>)> {
    let mut all = Vec::new();
    let services = house::sitemaps();
    for contract in ALL {
        let is_its = |one: &&Sitemap| std::ptr::eq(one.contract(), contract);
        let serving = services.iter().flat_map(|(service, sitemaps)| {
            let its = sitemaps.iter().filter(is_its);
            its.map(move |sitemap| (*service, sitemap))
        });
        let serving: Vec<_> = serving.collect();
        let Some((first, _)) = serving.first().copied() else {
            continue;
        };
        let roots = match contract.paths {
            Paths::Roots(roots) => roots,
            Paths::Rest(_) => &[],
        };
        // A root is whole with the first service that has a path below it.
        let owner = |root: Root| {
            let has_it = |sitemap: &Sitemap| sitemap.paths().any(|(path, _)| root.has(&path));
            let found = serving.iter().find(|(_, sitemap)| has_it(sitemap));
            found.map_or(first, |(service, _)| *service)
        };
        let mut ways: Vec<Way> = roots
            .iter()
            .flat_map(|root| of_root(*root, owner(*root)))
            .collect();
        for (service, sitemap) in &serving {
            for (path, is_endless) in sitemap.paths() {
                // Sent there with the calls of the other contract.
                if contract.beside(&path).is_some() {
                    continue;
                }
                let root = roots.iter().find(|root| root.has(&path));
                if is_endless || root.map(|root| owner(*root)) != Some(*service) {
                    add(&mut ways, Way::to(&path, service, is_endless));
                }
            }
        }
        if contract.document.is_some() {
            let path = format!("/openapi/{}.json", contract.name);
            ways.push(Way::to(&path, first, false));
        }
        all.push((contract.name, ways));
    }
    all
}

fn of_root(root: Root, service: &'static str) -> Vec<Way> {
    match root {
        Root::Only(path) => vec![Way::to(path, service, false)],
        Root::Below(path) => vec![
            Way::to(path, service, false),
            Way::to(&format!("{path}/{{rest}}"), service, false),
        ],
    }
}

/// The same as values: of each path the contract and the service, and whether it stands for all below it.
pub(crate) fn table() -> Vec<Value> {
    let all = ways().into_iter().flat_map(|(contract, ways)| {
        ways.into_iter().map(move |way| {
            json!({
                "path": way.path,
                "is_beginning": way.is_beginning,
                "is_endless": way.is_endless,
                "service": way.service,
                "contract": contract,
            })
        })
    });
    all.collect()
}

/// Adds a way. One that begins as another does is the same to whoever reads a table: what follows a variable part is not
/// looked at.
fn add(ways: &mut Vec<Way>, way: Way) {
    let same = |known: &&mut Way| known.path == way.path && known.is_beginning == way.is_beginning;
    match ways.iter_mut().find(same) {
        Some(known) => known.is_endless |= way.is_endless,
        None => ways.push(way),
    }
}

/// The table that `HAProxy` reads.
pub(crate) fn haproxy() -> String {
    let mut text = HAPROXY.to_owned();
    for (contract, ways) in ways() {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "\n# {contract}");
        for way in ways {
            let end = if way.is_beginning { "" } else { "$" };
            let _ = writeln!(text, "{}{end} {}", way.path, way.service);
        }
    }
    text
}

/// The `HTTPRoute`s of a Kubernetes Gateway, one a service.
pub(crate) fn http_routes() -> String {
    let ways: Vec<Way> = ways().into_iter().flat_map(|(_, ways)| ways).collect();
    let services = house::sitemaps().map(|(service, _)| service);
    let routes = services.map(|service| {
        let ways: Vec<&Way> = ways.iter().filter(|way| way.service == service).collect();
        http_route(service, &ways)
    });
    format!("{HTTP_ROUTES}{}", routes.join("---\n"))
}

fn http_route(service: &str, ways: &[&Way]) -> String {
    let mut text = format!(
        "apiVersion: gateway.networking.k8s.io/v1\n\
         kind: HTTPRoute\n\
         metadata:\n  \
           name: {service}\n\
         spec:\n  \
           parentRefs:\n    \
             - {{name: latchkey, sectionName: https}}\n  \
           hostnames: [latchkey.example]\n  \
           rules:\n"
    );
    let (endless, others): (Vec<&Way>, Vec<&Way>) = ways.iter().partition(|way| way.is_endless);
    if !endless.is_empty() {
        rule(
            &mut text,
            service,
            &endless,
            "      timeouts: {request: 0s}\n",
        );
    }
    for some in others.chunks(MATCHES) {
        rule(&mut text, service, some, "");
    }
    text
}

fn rule(text: &mut String, service: &str, ways: &[&Way], timeouts: &str) {
    text.push_str("    - matches:\n");
    for way in ways {
        // A prefix goes by whole parts of a path: `/n` is itself and what is below it.
        let (kind, path) = if way.is_beginning {
            ("PathPrefix", way.path.trim_end_matches('/'))
        } else {
            ("Exact", way.path.as_str())
        };
        let _ = writeln!(text, "        - path: {{type: {kind}, value: \"{path}\"}}");
    }
    let _ = writeln!(
        text,
        "{timeouts}      backendRefs:\n        - {{name: {service}, port: 8080}}"
    );
}

#[cfg(test)]
mod tests;
