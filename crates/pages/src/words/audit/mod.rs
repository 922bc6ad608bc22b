//! What the page of the audit log says.

mod en;
mod pt;

words! {
    /// What the page of the audit log says.
    Audit as audit;
    /// A page.
    title,
    /// What it is.
    text,
    /// What the choice is about.
    places,
    /// A choice.
    accounts,
    /// A choice.
    invitations,
    /// Above the form.
    filter,
    /// A field.
    who,
    /// Its hint.
    who_hint,
    /// A field.
    what,
    /// A field.
    to,
    /// Its hint.
    to_hint,
    /// A field.
    within,
    /// A choice.
    any,
    /// A choice.
    ever,
    /// A choice.
    day,
    /// A choice.
    week,
    /// A choice.
    month,
    /// A button.
    show,
    /// What is wrong with a choice.
    odd,
    /// What is wrong with a name.
    too_long,
    /// An empty list.
    none,
    /// Who is no person.
    operator,
    /// Before a reason.
    why,
    /// Before the way.
    way,
    /// Before an address.
    from,
    /// Before an id.
    request,
    /// A link.
    older,
    /// A link.
    newest,
    /// An act of another release: `{who}`, `{verb}`, `{to}`.
    other,
    /// What was done: `{who}`, `{to}`.
    account_made,
    /// What was done: `{who}`, `{to}`.
    account_locked,
    /// What was done: `{who}`, `{to}`.
    account_unlocked,
    /// What was done: `{who}`, `{to}`.
    account_promoted,
    /// What was done: `{who}`, `{to}`.
    account_demoted,
    /// What was done: `{who}`, `{to}`.
    account_deleted,
    /// What was done: `{who}`, `{to}`.
    password_set,
    /// What was done: `{who}`, `{to}`.
    email_set,
    /// What was done: `{who}`, `{to}`.
    sessions_ended,
    /// What was done: `{who}`, `{to}`.
    reset_link_made,
    /// What was done: `{to}`.
    password_reset,
    /// What was done: `{who}`, `{to}`.
    session_made,
    /// What was done: `{who}`, `{to}`.
    session_ended,
    /// What was done: `{who}`, `{to}`.
    api_token_made,
    /// What was done: `{who}`, `{to}`.
    api_token_revoked,
    /// What was done: `{who}`, `{to}`.
    signed_token_made,
    /// What was done: `{who}`, `{to}`.
    signed_token_revoked,
    /// What was done: `{who}`, `{to}`.
    signing_key_made,
    /// What was done: `{who}`, `{to}`.
    signing_key_revoked,
    /// What was done: `{who}`, `{to}`.
    choir_key_made,
    /// What was done: `{who}`, `{to}`.
    choir_key_revoked,
    /// What was done: `{who}`, `{to}`.
    invitation_made,
    /// What was done: `{who}`, `{to}`.
    invitation_revoked,
    /// What was done.
    invitation_edited,
    /// What was done.
    invitation_renewed,
    /// What was done.
    invitation_secret_made,
    /// What was done.
    invitation_secret_revoked,
    /// What was done.
    join_request_approved,
    /// What was done.
    join_request_rejected,
    /// What was done: `{who}`, `{to}`.
    choir_listed,
    /// What was done: `{who}`, `{to}`.
    choir_unlisted,
    /// What was done: `{who}`, `{to}`.
    group_made,
    /// What was done: `{who}`, `{to}`.
    group_member_added,
    /// What was done: `{who}`, `{to}`.
    namespace_made,
    /// What was done: `{who}`, `{to}`.
    discord_link_made,
    /// What was done: `{who}`, `{to}`.
    discord_link_revoked,
    /// What was done: `{who}`.
    application_form_changed,
}
