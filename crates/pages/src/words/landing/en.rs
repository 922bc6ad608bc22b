//! English.

use super::Landing;

pub(super) static WORDS: Landing = Landing {
    sign_in: "Sign in and come back",
    have_account: "You have an account already?",
    members: "This invitation is for people with an account.",
    switch: "Sign in with another account",
    switch_hint: "It signs you out here first, and leads back to this invitation.",
    decline: "Decline",
    arrive: "You arrive in “{target}”.",
    asks: "This link lets nobody in by itself: you ask, and somebody there says yes or no.",
    message: "A word to whoever decides",
    message_hint: "It may stay empty.",
    message_long: "A word has 500 characters at most.",
    ask: "Ask to come in",
    asked_title: "You have asked already",
    asked_text: "Whoever may decide finds your request in the inbox. What becomes of it stands in yours.",
    to_inbox: "To your inbox",
    to_channels: "To your channels",
};
