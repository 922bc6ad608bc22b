//! What an API token may do in this contract. A session may do all that its person may.

use latchkey_common::auth::Scope;

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl Scope for $name {
                const WORD: &'static str = $word;
            }
        )+

        /// Their words.
        pub const WORDS: &[&str] = &[$($word),+];
    };
}

scopes! {
    /// See one's own invitations, and whom they let in.
    InvitationRead = "invitation:read",
    /// Make, use and end one's own invitations.
    InvitationWrite = "invitation:write",
    /// See and end those of others, for whoever may.
    InvitationManage = "invitation:manage",
    /// Say yes or no to whoever asks to come in, for whoever may.
    RequestDecide = "request:decide",
    /// See what waits for oneself, and from whom one takes no invitations.
    AccountRead = "account:read",
    /// Say from whom one takes no invitations.
    AccountManage = "account:manage",
    /// Say what people are asked who want an account, for whoever may.
    PolicyWrite = "policy:write",
}
