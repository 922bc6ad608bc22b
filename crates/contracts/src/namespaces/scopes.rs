//! The scopes of this contract. The resources are those that its clients know, so that a token "with
//! everything" can be asked for, although we serve only some of them.

use latchkey_common::auth::Scope;

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

/// True for a scope of this contract.
pub fn knows(word: &str) -> bool {
    word.split_once(':').is_some_and(|(resource, permission)| {
        RESOURCES.contains(&resource) && PERMISSIONS.contains(&permission)
    })
}
