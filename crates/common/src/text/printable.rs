//! Text on its way to somebody's terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// One line that a terminal shows as it is: control and format characters and separators of lines are written
/// as `\u{…}`, so that no text of somebody's begins a line, moves the cursor or turns what follows around.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |line, c| {
        let _ = write!(line, "{}", c.escape_unicode());
    })
}

/// The same for JSON, which stays the same JSON.
pub fn printable_json(json: &str) -> Cow<'_, str> {
    escaped(json, |line, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(line, "\\u{unit:04x}");
        }
    })
}

fn escaped(text: &str, escape: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if is_shown(c) {
            line.push(c);
        } else {
            escape(&mut line, c);
        }
    }
    Cow::Owned(line)
}

fn is_shown(c: char) -> bool {
    !matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        for (text, shown) in [
            ("Zoë  Müller", "Zoë  Müller"),
            ("a\nb\r\tc", "a\\u{a}b\\u{d}\\u{9}c"),
            ("\u{1b}[31m\u{9b}2J\u{7f}", "\\u{1b}[31m\\u{9b}2J\\u{7f}"),
            (
                "\u{202e}a\u{2028}\u{2029}\u{feff}",
                "\\u{202e}a\\u{2028}\\u{2029}\\u{feff}",
            ),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn json_stays_what_it_is() {
        let value = serde_json::json!({"a": "\u{1b}\n\u{9b}\u{202e}\u{2028}\u{e0001}\u{7f}é\\"});
        let (json, plain) = (value.to_string(), value);
        let shown = printable_json(&json);
        assert!(shown.chars().all(is_shown), "{shown}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            plain
        );
    }
}
