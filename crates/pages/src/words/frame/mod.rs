//! What stands around every page.

mod en;
mod pt;

use crate::language::Language;

words! {
    /// What stands around every page.
    Frame;
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
    sign_in,
    /// A button.
    sign_out,
}

impl Language {
    /// What stands around every page.
    pub const fn frame(self) -> &'static Frame {
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
        holds(|language| language.frame().all());
    }
}
