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
    forgotten: "You have forgotten your password? Ask whoever runs this place for a new one.",
    no_account: "You have no account? Open the link of your invitation.",
    paste: "Paste it here",
    back_to_link: "Once you are signed in, you come back to your invitation.",
};
