//! Passwords as text: what two keyboards make of the same keys.

use icu_normalizer::ComposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// The form in which passwords are hashed: the profile `OpaqueString` of RFC 8265. Every blank is the plain
/// one, and accents are one with their letters (NFC). Characters that the profile forbids stay: the contracts
/// know no rule about passwords but their length.
pub fn opaque(text: &str) -> String {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let spaced: String = text
        .chars()
        .map(|c| {
            let is_blank = categories.get(c) == GeneralCategory::SpaceSeparator;
            if is_blank { ' ' } else { c }
        })
        .collect();
    ComposingNormalizer::new_nfc()
        .normalize(&spaced)
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_keys_make_the_same_password() {
        assert_eq!(opaque("Zu\u{308}rich"), "Z\u{fc}rich");
        assert_eq!(opaque("a\u{a0}b\u{3000}c\u{1680}d"), "a b c d");
        assert_eq!(opaque("\u{212b}"), "\u{c5}");
        // Neither case nor width, nor how many blanks.
        for kept in [
            "PassWord",
            "\u{ff41}bc",
            "a  b ",
            "\u{1f511}\u{200d}",
            "a\tb",
        ] {
            assert_eq!(opaque(kept), kept);
        }
    }
}
