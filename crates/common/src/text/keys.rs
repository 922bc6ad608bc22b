//! When two names are the same.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

use super::{has_length, is_blank, is_name_text};

/// Which rule [`fold`] follows. Counted up whenever it changes, also by newer Unicode data: the next start
/// makes the stored keys anew.
pub const RULE: i64 = 2;

/// Characters of the longest text that names are looked up by.
const LONGEST: usize = 320;

/// The form in which names are compared and searched. It is computed here and stored, because the
/// databases' `lower()` differ.
///
/// It is Unicode's `NFKC_Casefold` (compatible forms, upper and lower case are one, and what fonts leave out
/// is dropped), with each run of blanks as one and none at the ends.
pub fn fold(text: &str) -> String {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    // The compatible form of a character can be one that is left out.
    settled(text, |text| {
        let mut seen = text.to_owned();
        seen.retain(|c| !ignorable.contains(c));
        joined(&seen)
    })
}

/// The form in which names were compared by [`RULE`] 1, which is finer: what fonts leave out and every blank
/// counts. Two accounts of old whose names [`fold`] to the same are told apart by it.
pub fn spelling(text: &str) -> String {
    settled(text, str::to_owned)
}

/// The keys under which what is called `text` may be stored, the one to be asked for first in front: who is
/// spelled exactly so goes before who is called the same today. None for what nothing can be called; but a blank
/// at the end, which keyboards add by themselves, is forgiven.
pub fn keys(text: &str) -> Vec<String> {
    let text = text.trim_end();
    if !has_length(text, 1, LONGEST) || !is_name_text(text) || text.starts_with(is_blank) {
        return Vec::new();
    }
    let (spelled, folded) = (spelling(text), fold(text));
    let mut keys = vec![spelled];
    if !folded.is_empty() && !keys.contains(&folded) {
        keys.push(folded);
    }
    keys
}

/// What is found under the first of the keys under which there is anything.
pub fn first_of<T, E>(
    keys: &[String],
    mut find: impl FnMut(&str) -> Result<Option<T>, E>,
) -> Result<Option<T>, E> {
    for key in keys {
        if let Some(found) = find(key)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// NFKC and full case folding, with `cleaned` after each, repeated until nothing changes.
fn settled(text: &str, cleaned: impl Fn(&str) -> String) -> String {
    let normalizer = ComposingNormalizer::new_nfkc();
    let mapper = CaseMapper::new();
    let fold = |text: &str| {
        let folded: Cow<'_, str> = mapper.fold_string(text);
        cleaned(&normalizer.normalize(&folded))
    };
    let mut folded = fold(&normalizer.normalize(text));
    // Folding can undo the normal form and the other way round; two more rounds settle every
    // known text, and the bound keeps hostile ones cheap.
    for _ in 0..2 {
        let again = fold(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// Each run of blanks as one, and none at the ends.
fn joined(text: &str) -> String {
    let words: Vec<&str> = text
        .split(is_blank)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
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
        assert_eq!(fold(&fold("ǰ\u{323}K")), fold("ǰ\u{323}K"));
    }

    #[test]
    fn what_is_not_seen_makes_no_difference() {
        for unseen in [
            "\u{fe0f}",
            "\u{fe0e}",
            "\u{34f}",
            "\u{180b}",
            "\u{e0100}",
            "\u{17b4}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{115f}",
            "\u{ad}",
            "\u{200d}",
            "\u{2060}",
        ] {
            for text in [format!("anna{unseen}"), format!("An{unseen}{unseen}na")] {
                assert_eq!(fold(&text), "anna", "{text:?}");
            }
            assert_eq!(fold(unseen), "", "{unseen:?}");
        }
        // Between a letter and its accent.
        assert_eq!(fold("e\u{34f}\u{301}t\u{e9}"), "été");
    }

    #[test]
    fn runs_of_blanks_are_one() {
        for text in [
            "a b c",
            "a  b   c",
            "a\u{a0}b\u{3000}c",
            "a \u{a0}b\u{2003}\u{1680}c",
            "a\u{2800}b c",
            "a \u{fe0f} b c",
            "  a b c ",
        ] {
            assert_eq!(fold(text), "a b c", "{text:?}");
        }
    }

    #[test]
    fn what_is_looked_up_may_be_spelled_as_of_old() {
        assert_eq!(keys("Anna"), ["anna"]);
        assert_eq!(keys("Anna \u{3000}"), ["anna"]);
        assert_eq!(keys("Anna\u{fe0f}"), ["anna\u{fe0f}", "anna"]);
        assert_eq!(keys("a  b"), ["a  b", "a b"]);
        assert_eq!(keys("\u{3164}"), ["\u{1160}"]);
        for nothing in ["", "  ", " Anna", "a\0b", "a\nb", &"a".repeat(321)] {
            assert!(keys(nothing).is_empty(), "{nothing:?}");
        }
    }
}
