//! The public APIs that Latchkey honours, one folder a contract: its paths, its description
//! (`openapi.json`), its words for what goes wrong, and the shapes that more than one service shows.
//! What only one service answers stands there.
//!
//! Here belongs what somebody must know who serves a path of a contract, or tells one contract from another.
//! Use cases, queries and the refusals of a service do not: a contract names no service.

pub mod chat;
pub mod choirs;
pub mod described;
pub mod discord;
pub mod groups;
pub mod namespaces;
pub mod pages;
pub mod v1;

use latchkey_common::auth::{Scopes, UserId};
use latchkey_common::server::Contract;

/// Every contract.
pub static ALL: [&Contract; 7] = [
    &chat::CONTRACT,
    &groups::CONTRACT,
    &choirs::CONTRACT,
    &namespaces::CONTRACT,
    &discord::CONTRACT,
    &pages::CONTRACT,
    &v1::CONTRACT,
];

/// The contract whose path this is.
pub fn of(path: &str) -> Option<&'static Contract> {
    Contract::of(&ALL, path)
}

/// The names under which somebody's calls that are made once are kept, in every contract.
pub fn callers_of(user: UserId) -> [String; 3] {
    [
        format!("chat {}", user.0),
        format!("pages {user}"),
        v1::ids::Id::<v1::ids::Account>::of(user.0).to_string(),
    ]
}

/// The scopes of an API token, if each is one of some contract.
pub fn known_scopes(scopes: Scopes) -> Option<Scopes> {
    let is_known =
        |word: &str| namespaces::scopes::knows(word) || v1::scopes::WORDS.contains(&word);
    let all_are = scopes.words().all(is_known);
    all_are.then_some(scopes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn each_owns_what_it_describes_and_is_described_apart() {
        let names: HashSet<&str> = ALL.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), ALL.len());
        for contract in ALL {
            let Some(text) = contract.document else {
                continue;
            };
            let document: Value = serde_json::from_str(text).unwrap();
            for path in document["paths"].as_object().unwrap().keys() {
                let owner = of(path).map(|owner| owner.name);
                assert_eq!(owner, Some(contract.name), "{path}");
            }
        }
    }

    #[test]
    fn unknown_scopes_are_refused() {
        let read = |text| Scopes::parse(text).and_then(known_scopes);
        assert!(read("invite:read,write webhook:delete invitation:write").is_some());
        assert!(read("").is_some());
        for bad in [
            "invite:admin",
            "x:read",
            "invite:read x:read",
            "invitation:delete",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_nobody_has_is_the_chat_contracts() {
        for path in [
            "/nothing",
            "/api/user/a",
            "/apiinvites",
            "/inviter",
            "/openapi/chat.json",
        ] {
            assert_eq!(of(path).map(|owner| owner.name), Some("chat"), "{path}");
        }
        for (path, name) in [
            ("/api/user", "namespaces"),
            ("/api/n/a/b", "namespaces"),
            ("/invite/", "group-join-requests"),
            ("/", "pages"),
            ("/register", "pages"),
            ("/v1", "v1"),
            ("/v1/nothing", "v1"),
            ("/v12", "chat"),
        ] {
            assert_eq!(of(path).map(|owner| owner.name), Some(name), "{path}");
        }
    }
}
