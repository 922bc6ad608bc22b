//! Text that people give: what may be a name, and when two names are the same ([`fold`]).
//! The rules of a particular name (its length, its forbidden signs) stand with the name.

mod keys;
mod opaque;
mod printable;
mod scripts;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

pub use self::keys::{RULE, first_of, fold, keys, spelling};
pub use self::opaque::opaque;
pub use self::printable::{printable, printable_json};
pub use self::scripts::{has_words_of_one_script, is_of_one_script};

/// True when something may be called that: between `min` and `max` characters, none of which are
/// control, format (which includes every bidirectional control), separators of lines or paragraphs, or
/// unassigned; no blank at either end; at least one that can be seen by itself; and in no word letters that
/// are not written together ([`has_words_of_one_script`]).
///
/// Blanks of every width, variation selectors and private characters may stand inside: the contracts forbid
/// none of them. People get them from keyboards and copied text, and [`fold`] sees to it that no two names
/// differ by the former; the last are signs of somebody's font.
pub fn is_name(text: &str, min: usize, max: usize) -> bool {
    has_length(text, min, max)
        && is_name_text(text)
        && !(text.starts_with(is_blank) || text.ends_with(is_blank))
        && text.chars().any(is_visible)
        && has_words_of_one_script(text)
}

/// True when every character may stand in a name.
fn is_name_text(text: &str) -> bool {
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

/// Drawn as nothing: white space, and two signs that are no white space by their property.
fn is_blank(c: char) -> bool {
    const EMPTY_BRAILLE: char = '\u{2800}';
    const NULL_NOTE_HEAD: char = '\u{1d159}';
    c.is_whitespace() || matches!(c, EMPTY_BRAILLE | NULL_NOTE_HEAD)
}

/// Leaves a mark of its own: not a blank, nothing that fonts leave out, and no mark that needs another
/// character to stand on.
fn is_visible(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    !is_blank(c)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        && !GeneralCategoryGroup::Mark.contains(category)
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
    fn names_have_no_invisible_characters() {
        assert!(is_name("Zoë Müller-李 7", 4, 32));
        assert!(is_name("a\u{a0}b\u{3000}c\u{e000}", 4, 32));
        assert!(is_name("I \u{2764}\u{fe0f} football", 4, 32));
        for bad in [
            "a\0b",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\nb",
            "a\u{feff}b",
            "a\u{2028}b",
            "a\u{2029}b",
            "a\u{378}b",
            " ab",
            "ab ",
            "ab\u{3000}",
            "ab\u{2800}",
        ] {
            assert!(!is_name(bad, 1, 32), "{bad:?}");
        }
    }

    #[test]
    fn a_name_can_be_seen() {
        for unseen in [
            "\u{3164}",
            "\u{115f}",
            "\u{1160}",
            "\u{ffa0}",
            "\u{34f}",
            "\u{17b4}",
            "\u{180b}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{301}",
            "\u{20dd}",
            "\u{2800}",
            "\u{1d159}",
        ] {
            assert!(!is_name(&unseen.repeat(4), 4, 32), "{unseen:?}");
            assert!(
                !is_name(&format!("{unseen}\u{301}\u{fe0f}{unseen}"), 4, 32),
                "{unseen:?}"
            );
        }
        for seen in [
            "e\u{301}\u{301}\u{301}",
            "....",
            "\u{1f3d3}\u{fe0f}\u{fe0f}\u{fe0f}",
        ] {
            assert!(is_name(seen, 4, 32), "{seen:?}");
        }
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
