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
}
