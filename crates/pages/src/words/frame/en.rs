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
    groups: "Groups",
    namespaces: "Namespaces",
    kept_title: "You are signed out",
    kept_text: "What you have typed is not lost. Sign in in another tab, come back here, and send it again.",
    kept_sign_in: "Sign in, in another tab",
    kept_send: "Send it again",
    keys: "Keys",
    key_search: "to the search of this page",
    key_keys: "shows these keys",
    key_close: "closes what is open",
    close: "Close",
};
