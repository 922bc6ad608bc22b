//! English.

use super::Account;

pub(super) static WORDS: Account = Account {
    title: "Sign in",
    name: "Name or e-mail address",
    name_missing: "Type your name, or the e-mail address of your account.",
    password: "Password",
    password_missing: "Type your password.",
    button: "Sign in",
    wrong: "This name and this password do not belong together. Both are as they were typed: look at capitals, and at the language of the keyboard.",
    busy: "There were too many tries. Wait {seconds} seconds, then try again.",
    forgotten: "You have forgotten your password?",
    forgot_title: "Forgotten password",
    forgot_text: "Ask whoever runs this place: they can send you a link with which you choose another password. No mail comes from here by itself.",
    forgot_next: "A link is good once, and only for a while. Open it in the browser in which you want to be signed in.",
    forgot_back: "Back to signing in",
    reset_title: "Choose another password",
    reset_text: "You are {name} here. All sessions of yours end, in every browser and program.",
    reset_new: "A new password",
    reset_hint: "At least 8 characters.",
    reset_button: "Set the password",
    reset_done: "Your password is set",
    reset_done_text: "Sign in with it.",
    reset_gone: "This link is good no more",
    reset_gone_text: "It was used, its time is over, or a newer one took its place. Perhaps a part of it was lost on the way.",
    reset_gone_next: "Ask whoever runs this place for a new one.",
    no_account: "You have no account? Open the link of your invitation.",
    paste: "Paste it here",
    back_to_link: "Once you are signed in, you come back to your invitation.",
};
