//! English.

use super::Admin;

pub(super) static WORDS: Admin = Admin {
    title: "Looking after this place",
    people: "People",
    people_text: "Find somebody, lock and unlock, sign out, make a link for another password.",
    audit: "Audit log",
    audit_text: "Who did what to whom, when, from where and why.",
    invitations: "My invitations",
    invitations_text: "What you have made, who came, and taking it back.",
    site: "This place",
    name: "Name",
    welcome: "Welcome",
    none: "nothing is said",
    site_text: "These are settings (site.name, site.welcome, site.accent): whoever runs this place changes them in its configuration.",
    health: "Health",
    health_text: "Of the service of accounts, as its readiness says it.",
    good: "well",
    bad: "out of order: the log says why",
    version: "Version",
    database: "Database",
    signing_key: "Signing key",
    settings: "Settings in force",
    settings_text: "Those of this process, as `latchkey config` prints them; secrets are masked.",
};
