use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use latchkey_common::server::Contract;
use latchkey_testing::openapi::Document;

use super::*;

/// Routes that are no operation of a contract: pages for people. This list only shrinks.
const PAGES: [(&str, &str); 1] = [("GET", "/keys")];

#[test]
fn every_route_is_an_operation_of_its_service_and_the_other_way_round() {
    let mut described = 0;
    for contract in ALL {
        let Some(text) = contract.document else {
            continue;
        };
        let document = Document::load(text).unwrap();
        for (service, sitemaps) in house::sitemaps() {
            let mut routed = BTreeSet::new();
            for sitemap in sitemaps {
                if std::ptr::eq(sitemap.contract(), contract) {
                    let calls = sitemap.calls();
                    routed.extend(calls.map(|(method, path)| (method.to_string(), path)));
                }
            }
            for (method, path) in PAGES {
                routed.remove(&(method.to_owned(), path.to_owned()));
            }
            let documented = document.operations_of(service);
            described += documented.len();
            let owned = |(method, path): (&str, &str)| (method.to_owned(), path.to_owned());
            let documented: BTreeSet<_> = documented.into_iter().map(owned).collect();
            assert_eq!(routed, documented, "{} at {service}", contract.name);
        }
        described -= document.operations().len();
    }
    assert_eq!(described, 0, "each operation has a service");
}

#[test]
fn every_sitemap_is_of_a_known_contract() {
    for (service, sitemaps) in house::sitemaps() {
        for sitemap in sitemaps {
            let is_its = |one: &&Contract| std::ptr::eq(*one, sitemap.contract());
            assert!(ALL.iter().any(is_its), "{sitemap:?} of {service}");
        }
    }
}

#[test]
fn people_are_answered_where_programs_are() {
    let serves = |contract: &Contract, root: Root| {
        let services = house::sitemaps().into_iter();
        let mut services = services.filter(|(_, sitemaps)| {
            let mut its = sitemaps.iter();
            its.any(|sitemap| {
                std::ptr::eq(sitemap.contract(), contract)
                    && sitemap.paths().any(|(served, _)| root.has(&served))
            })
        });
        services.next().map(|(service, _)| service)
    };
    let mut shared = 0;
    for contract in ALL {
        for root in contract.beside.iter().map(|beside| beside.root()) {
            let (Root::Only(path) | Root::Below(path)) = root;
            let owner = latchkey_contracts::of(path).unwrap();
            assert!(!std::ptr::eq(owner, contract), "{path}");
            let people = serves(contract, root);
            assert!(people.is_some(), "{path}");
            assert_eq!(people, serves(owner, root), "{path}");
            shared += 1;
        }
    }
    assert!(shared > 0);
}

#[test]
fn a_limited_call_is_described_with_its_refusal() {
    let mut limited = 0;
    for (_, sitemaps) in house::sitemaps() {
        for sitemap in sitemaps {
            let name = sitemap.contract().name;
            let Some(text) = sitemap.contract().document else {
                continue;
            };
            let document = Document::load(text).unwrap();
            for (method, path) in sitemap.limited() {
                let said = document.may_answer(method.as_str(), &path, 429);
                assert!(
                    said,
                    "{name}: {method} {path} is limited, and no 429 is described"
                );
                limited += 1;
            }
        }
    }
    assert!(limited > 0);
}

#[test]
fn gateways_are_told_what_the_services_say() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    for (file, printed) in [
        ("gateway/routes.map", haproxy()),
        ("k8s/overlays/gateway-api/routes.yaml", http_routes()),
    ] {
        let committed = fs::read_to_string(deploy.join(file)).unwrap();
        assert_eq!(
            committed, printed,
            "{file} is not what `latchkey routes` prints"
        );
    }
}

/// The table of what bounds an answer: each call, and what is said of its memory.
fn bounds() -> BTreeMap<String, String> {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate.md");
    let manual = fs::read_to_string(manual).unwrap();
    let (_, chapter) = manual.split_once("\n## What answers may hold\n").unwrap();
    let mut bounds = BTreeMap::new();
    for line in chapter.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [calls, rows, bytes, memory] = columns.as_slice() else {
            panic!("four columns: {line}");
        };
        assert!(!rows.is_empty() && !bytes.is_empty() && !memory.is_empty());
        for call in calls.split("`, `").map(|call| call.trim_matches('`')) {
            let before = bounds.insert(call.to_owned(), (*memory).to_owned());
            assert_eq!(before, None, "{call} is there twice");
        }
    }
    bounds
}

#[test]
fn the_manual_says_of_every_call_what_bounds_it() {
    let bounds = bounds();
    let mut routed = BTreeSet::new();
    for (_, sitemaps) in house::sitemaps() {
        for sitemap in sitemaps {
            let named = |(method, path): (&_, String)| format!("{method} {path}");
            let long: BTreeSet<String> = sitemap.long().map(named).collect();
            for call in sitemap.calls().map(named) {
                let memory = bounds.get(&call);
                let memory = memory.unwrap_or_else(|| panic!("docs/operate.md: {call}"));
                assert_eq!(memory == "a turn", long.contains(&call), "{call}");
                routed.insert(call);
            }
        }
    }
    let described: BTreeSet<String> = bounds.into_keys().collect();
    let public = described.into_iter().filter(|call| !call.starts_with('/'));
    assert_eq!(public.collect::<BTreeSet<_>>(), routed);
}
