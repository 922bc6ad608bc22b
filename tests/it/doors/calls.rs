//! A service may make the calls that it makes, and no others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use latchkey_testing::Backend;
use latchkey_testing::Service;

use super::split::routes;
use super::{Audience, talkative};
use crate::split::split;

split!(each_call_is_for_those_who_make_it);

/// Calls that services make in other words: they take a caller's permission, and that asks, or look for many people at once.
const IN_OTHER_WORDS: [(&str, &[&str]); 6] = [
    ("by-ids", &["users.by_ids(", "People::find("]),
    ("resolve-session", &["SignedIn"]),
    ("resolve-api-token", &["namespaces::scopes::"]),
    ("account-state", &["Verifier<"]),
    ("account-in-session", &["Verifier<"]),
    ("public-keys", &["Verifier<"]),
];

/// A service's sources without blanks, so that a call is found however its line is broken.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &sources(&path);
        } else {
            all.extend(fs::read_to_string(&path).unwrap().split_whitespace());
        }
    }
    all
}

/// The calls that the peer's form for other processes makes of `asked`, by what is written.
fn written(asked: Service) -> BTreeSet<String> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/peers/src");
    let folder = peers.join(asked.name());
    if !folder.exists() {
        return BTreeSet::new();
    }
    let text = sources(&folder);
    let calls = text.split(".ask(\"").skip(1);
    calls
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

/// Who makes the call of `asked`, by what is written.
fn makers(asked: Service, call: &str) -> BTreeSet<&'static str> {
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services");
    let method = format!("{}.{}(", asked.name(), call.replace('-', "_"));
    let others = IN_OTHER_WORDS.iter().find(|(name, _)| *name == call);
    let words = others.map_or_else(|| vec![method.as_str()], |(_, words)| words.to_vec());
    let calls = |service: &Service| {
        let written = sources(&services.join(service.name()).join("src"));
        *service != asked && words.iter().any(|word| written.contains(word))
    };
    let makers = Service::ALL.into_iter().filter(calls);
    makers.map(Service::name).collect()
}

async fn each_call_is_for_those_who_make_it() {
    let stack = talkative(Backend::Split).start();
    for asked in Service::ALL {
        let mut known = BTreeSet::new();
        let mut routed = BTreeSet::new();
        for route in routes(stack.split(), asked) {
            let Audience::Services(callers) = &route.audience else {
                continue;
            };
            let callers: BTreeSet<&str> = callers.iter().map(|caller| caller.name()).collect();
            let (of, call) = route
                .path
                .trim_start_matches("/internal/")
                .split_once('/')
                .unwrap();
            assert_eq!(of, asked.name(), "{route:?}");
            assert_eq!(callers, makers(asked, call), "{route:?}");
            known.extend(callers);
            routed.insert(call.to_owned());
        }
        assert_eq!(routed, written(asked), "{asked:?}");
        // The graph of calls, one level up: whose tokens the service takes at all.
        let asking = Service::ALL
            .into_iter()
            .filter(|one| one.asks().contains(&asked));
        assert_eq!(known, asking.map(Service::name).collect(), "{asked:?}");
    }
}
