//! English.

use super::Frame;

pub(super) static WORDS: Frame = Frame {
    skip: "Skip to the content",
    navigation: "Main navigation",
    inbox: "Inbox",
    waiting: "{count} waiting",
    channels: "Channels",
    invite: "Invite",
    invitations: "My invitations",
    settings: "Settings",
    people: "People",
    admin: "Admin",
    sign_in: "Sign in",
    sign_out: "Sign out",
};
