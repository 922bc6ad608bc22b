//! What the page behind a link says about coming in.

mod en;
mod pt;

words! {
    /// What the page behind a link says about coming in.
    Landing as landing;
    /// A link.
    sign_in,
    /// Before that link, where an account can be made as well.
    have_account,
    /// Whoever is signed out, where no account is made.
    members,
    /// A button.
    switch,
    /// What it does.
    switch_hint,
    /// A button.
    decline,
    /// In which of several channels one arrives; `{target}`.
    arrive,
    /// A link by which people ask.
    asks,
    /// A field.
    message,
    /// Its hint.
    message_hint,
    /// What is wrong with it.
    message_long,
    /// A button.
    ask,
    /// Somebody who has asked.
    asked_title,
    /// What that means.
    asked_text,
    /// A link.
    to_inbox,
    /// A link.
    to_channels,
}
