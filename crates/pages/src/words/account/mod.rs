//! What pages say about signing in.

mod en;
mod pt;

use crate::language::Language;

words! {
    /// What pages say about signing in.
    Account;
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

impl Language {
    /// What pages say about signing in.
    pub const fn account(self) -> &'static Account {
        match self {
            Self::English => &en::WORDS,
            Self::Portuguese => &pt::WORDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::words::table::holds;

    #[test]
    fn every_language_has_every_word() {
        holds(|language| language.account().all());
    }
}
