//! The scopes of this contract. The resources are those that its clients know, so that a token "with
//! everything" can be asked for, although we serve only some of them.

use latchkey_common::auth::{Scope, Scopes};

const RESOURCES: [&str; 11] = [
    "build",
    "collaborator",
    "cron",
    "image",
    "invite",
    "key",
    "namespace",
    "object",
    "user",
    "variable",
    "webhook",
];

const PERMISSIONS: [&str; 3] = ["read", "write", "delete"];

macro_rules! scope {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Scope for $name {
            const WORD: &'static str = $word;
        }
    )+};
}

scope! {
    /// See invites.
    InviteRead = "invite:read",
    /// Make and accept invites.
    InviteWrite = "invite:write",
    /// Reject and withdraw invites.
    InviteDelete = "invite:delete",
    /// See namespaces.
    NamespaceRead = "namespace:read",
    /// Make and change namespaces.
    NamespaceWrite = "namespace:write",
    /// Delete namespaces.
    NamespaceDelete = "namespace:delete",
}

/// The scopes, if the contract has all of them.
pub fn known(scopes: Scopes) -> Option<Scopes> {
    let is_known = |word: &str| {
        word.split_once(':').is_some_and(|(resource, permission)| {
            RESOURCES.contains(&resource) && PERMISSIONS.contains(&permission)
        })
    };
    let all_are = scopes.words().all(is_known);
    all_are.then_some(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_refused() {
        let read = |text| Scopes::parse(text).and_then(known);
        assert!(read("invite:read,write webhook:delete").is_some());
        assert!(read("").is_some());
        for bad in ["invite:admin", "x:read", "invite:read x:read"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
