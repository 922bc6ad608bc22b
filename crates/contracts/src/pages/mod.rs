//! Pages for people: what a link in an invitation leads to, and channels. They have no description; to
//! programs they refuse as what no contract has is refused.

use latchkey_common::server::{Beside, Contract, Paths, Root, refuse_plainly};
use latchkey_pages::assets::FOLDER;

/// The first page.
pub const HOME: &str = "/";

/// The picture of this place beside its name.
pub const ICON: &str = "/favicon.ico";

/// What robots may do.
pub const ROBOTS: &str = "/robots.txt";

/// Where the page behind any link lies: the secret follows.
pub const LANDING: &str = "/i";

/// Where the page behind a registration link lies.
pub const REGISTER: &str = "/register";

/// Where somebody is who has made an account.
pub const WELCOME: &str = "/welcome";

/// Where one signs in. The group contract has a call at the same path.
pub const LOGIN: &str = "/login";

/// Where one signs out.
pub const LOGOUT: &str = "/logout";

/// Where somebody asks for an account.
pub const APPLY: &str = "/apply";

/// Where they see how their wish stands.
pub const APPLIED: &str = "/apply/status";

/// What waits for somebody.
pub const INBOX: &str = "/inbox";

/// What people ask for in one channel, group or namespace: `?channel=` and its number.
pub const REQUESTS: &str = "/requests";

/// Where channels lie: the list itself, and each below it by its number.
pub const CHANNELS: &str = "/c";

/// Where a link is made. The group contract has calls at the same path.
pub const INVITE: &str = "/invite";

/// What somebody has made.
pub const INVITATIONS: &str = "/invitations";

/// Where groups lie: the list itself, and each below it by its UUID.
pub const GROUPS: &str = "/groups";

/// Where namespaces lie: the list itself, and each below it by its owner and its path. The namespace contract has
/// calls at the same path.
pub const NAMESPACES: &str = "/namespaces";

/// What is one's own.
pub const SETTINGS: &str = "/settings";

/// What is somebody's here, to be taken along.
pub const DATA: &str = "/settings/data";

/// Where one deletes the own account.
pub const DELETE: &str = "/settings/delete";

/// What somebody does who has forgotten the password.
pub const FORGOT: &str = "/forgot";

/// Where somebody chooses another password: the secret follows.
pub const RESET: &str = "/reset";

/// Everybody, for super users, and oneself.
pub const PEOPLE: &str = "/people";

/// What looking after the place takes.
pub const ADMIN: &str = "/admin";

/// What people are asked who want an account, for super users.
pub const APPLICATION_FORM: &str = "/admin/applications";

/// Everybody's invitations, for super users.
pub const LEDGER: &str = "/admin/invitations";

/// What super users and the operator did.
pub const AUDIT: &str = "/admin/audit";

/// The same of what they did to invitations, groups, namespaces and the choirs' list.
pub const INVITATIONS_AUDIT: &str = "/admin/audit/invitations";

/// What the contracts' documents say, read for people: the list itself, and each below it by its contract's name.
pub const DOCS: &str = "/docs";

/// From whom somebody takes no invitations.
pub const BLOCKS: &str = "/settings/blocks";

/// The contract. Its forms sign people in, so strangers are guarded: a page of another site could make a visitor's
/// browser go on as somebody else unnoticed.
pub static CONTRACT: Contract = Contract {
    name: "pages",
    document: None,
    paths: Paths::Roots(&[
        Root::Only(HOME),
        Root::Only(ICON),
        Root::Only(ROBOTS),
        Root::Below(LANDING),
        Root::Below(REGISTER),
        Root::Only(WELCOME),
        Root::Only(LOGOUT),
        Root::Below(APPLY),
        Root::Below(INBOX),
        Root::Only(REQUESTS),
        Root::Below(CHANNELS),
        Root::Below(INVITATIONS),
        Root::Below(SETTINGS),
        Root::Only(FORGOT),
        Root::Below(RESET),
        Root::Below(PEOPLE),
        Root::Below(ADMIN),
        Root::Below(GROUPS),
        Root::Below(DOCS),
        Root::Below(FOLDER),
    ]),
    beside: &[
        Beside::Forms(Root::Only(LOGIN)),
        Beside::Forms(Root::Only(INVITE)),
        Beside::Pages(Root::Only(NAMESPACES)),
        Beside::Forms(Root::Below(NAMESPACES)),
    ],
    guards_strangers: true,
    refuse: refuse_plainly,
    page: |reader, refusal| Ok(latchkey_pages::refused(reader, refusal)),
};
