//! Text that people give: which characters a name may have, and when two names are the same.
//! The rules of a particular name (its length, its forbidden signs) stand with the name.

mod printable;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

pub use self::printable::{printable, printable_json};

/// The form in which names are compared and searched: NFKC and full case folding, repeated until
/// nothing changes. It is computed here and stored, because the databases' `lower()` differ.
pub fn fold(text: &str) -> String {
    let normalizer = ComposingNormalizer::new_nfkc();
    let mapper = CaseMapper::new();
    let mut folded = normalizer
        .normalize(&mapper.fold_string(&normalizer.normalize(text)))
        .into_owned();
    // Folding can undo the normal form and the other way round; two more rounds settle every
    // known text, and the bound keeps hostile ones cheap.
    for _ in 0..2 {
        let again = normalizer
            .normalize(&mapper.fold_string(&folded))
            .into_owned();
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// True when every character may stand in a name: no control, format (which includes every
/// bidirectional control), separator of lines or paragraphs, or unassigned one.
///
/// Blanks of every width and private characters may: the contract forbids neither. People get the
/// former from keyboards and copied text, and [`fold`] makes them the plain blank (all but the Ogham
/// one, which is drawn), so that no two names differ by them; the latter are signs of somebody's font.
pub fn is_name_text(text: &str) -> bool {
    let categories = CodePointMapData::<GeneralCategory>::new();
    text.chars().all(|c| {
        !matches!(
            categories.get(c),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::Surrogate
                | GeneralCategory::Unassigned
        )
    })
}

/// True when the text begins or ends with white space.
pub fn has_blank_end(text: &str) -> bool {
    text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace)
}

/// True when the text holds between `min` and `max` characters (Unicode scalar values).
pub fn has_length(text: &str, min: usize, max: usize) -> bool {
    let count = text.chars().take(max.saturating_add(1)).count();
    (min..=max).contains(&count)
}

/// Escapes `text` for a `LIKE` pattern with `\` as the escape character.
pub fn like_literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_joins_what_looks_the_same() {
        assert_eq!(fold("JOHN"), fold("john"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("Ａｌｉｃｅ"), "alice");
        assert_eq!(fold("e\u{301}t\u{e9}"), fold("ÉTÉ"));
        assert_ne!(fold("anna"), fold("änna"));
        assert_eq!(fold("a\u{a0}b\u{3000}c"), "a b c");
        assert_eq!(fold(&fold("ǰ\u{323}K")), fold("ǰ\u{323}K"));
    }

    #[test]
    fn names_have_no_invisible_characters() {
        assert!(is_name_text("Zoë Müller-李 7"));
        assert!(is_name_text("a\u{a0}b\u{3000}c\u{e000}"));
        for bad in [
            "a\0b",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\nb",
            "a\u{feff}b",
            "a\u{2028}b",
            "a\u{2029}b",
            "a\u{378}b",
        ] {
            assert!(!is_name_text(bad), "{bad:?}");
        }
        assert!(has_blank_end(" a") && has_blank_end("a ") && !has_blank_end("a b"));
    }

    #[test]
    fn lengths_count_characters() {
        assert!(has_length("李李李李", 4, 32) && !has_length("李李李", 4, 32));
        assert!(!has_length(&"a".repeat(33), 4, 32));
    }

    #[test]
    fn patterns_are_literal() {
        assert_eq!(like_literal(r"50%_\x"), r"50\%\_\\x");
    }
}
