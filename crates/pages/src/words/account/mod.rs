//! What pages say about signing in.

mod en;
mod pt;

words! {
    /// What pages say about signing in.
    Account as account;
    /// A page.
    title,
    /// A field.
    name,
    /// What is wrong.
    name_missing,
    /// A field.
    password,
    /// What is wrong.
    password_missing,
    /// A button.
    button,
    /// Name and password that do not belong together.
    wrong,
    /// Too many tries: `{seconds}`.
    busy,
    /// Whoever has forgotten the password.
    forgotten,
    /// A page.
    forgot_title,
    /// What to do.
    forgot_text,
    /// What then.
    forgot_next,
    /// A link.
    forgot_back,
    /// A page.
    reset_title,
    /// Who one is, and what it does: `{name}`.
    reset_text,
    /// A field.
    reset_new,
    /// Its hint.
    reset_hint,
    /// A button.
    reset_button,
    /// What was done.
    reset_done,
    /// What to do then.
    reset_done_text,
    /// A link that was used, or never was.
    reset_gone,
    /// Why.
    reset_gone_text,
    /// What to do.
    reset_gone_next,
    /// Whoever has no account.
    no_account,
    /// Where a link is pasted.
    paste,
    /// Whoever comes from an invitation.
    back_to_link,
}
