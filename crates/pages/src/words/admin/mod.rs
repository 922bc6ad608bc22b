//! What the page says from which a place is looked after.

mod en;
mod pt;

words! {
    /// What the page says from which a place is looked after.
    Admin as admin;
    /// A page.
    title,
    /// A link.
    people,
    /// What it leads to.
    people_text,
    /// A link.
    audit,
    /// What it leads to.
    audit_text,
    /// A link.
    invitations,
    /// What it leads to.
    invitations_text,
    /// Above the site.
    site,
    /// Before a name.
    name,
    /// Before a text.
    welcome,
    /// Nothing is said.
    none,
    /// Where it is changed.
    site_text,
    /// Above health.
    health,
    /// What it is about.
    health_text,
    /// A check.
    good,
    /// A check.
    bad,
    /// Before a version.
    version,
    /// A check.
    database,
    /// A check.
    signing_key,
    /// Above settings.
    settings,
    /// What they are.
    settings_text,
}
