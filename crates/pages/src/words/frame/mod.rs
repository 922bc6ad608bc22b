//! What stands around every page.

mod en;
mod pt;

words! {
    /// What stands around every page.
    Frame as frame;
    /// Over the navigation.
    skip,
    /// What the navigation is called.
    navigation,
    /// Where to.
    inbox,
    /// How many things wait: `{count}`.
    waiting,
    /// Where to.
    channels,
    /// Where to.
    invite,
    /// Where to.
    invitations,
    /// Where to.
    settings,
    /// Where to.
    people,
    /// Where to.
    admin,
    /// Where to.
    sign_in,
    /// A button.
    sign_out,
    /// Where to.
    groups,
    /// Where to.
    namespaces,
    /// A form of somebody who was signed out meanwhile.
    kept_title,
    /// What to do.
    kept_text,
    /// A link.
    kept_sign_in,
    /// A button.
    kept_send,
    /// Above the keys of a page.
    keys,
    /// What a key does.
    key_search,
    /// What a key does.
    key_keys,
    /// What a key does.
    key_close,
    /// A button.
    close,
}
