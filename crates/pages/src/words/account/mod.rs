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
    /// Whoever has no account.
    no_account,
    /// Where a link is pasted.
    paste,
    /// Whoever comes from an invitation.
    back_to_link,
}
