//! Letters that look like others because they are of another script.

use icu_properties::props::Script;
use icu_properties::script::{ScriptWithExtensions, ScriptWithExtensionsBorrowed};

/// Scripts that are written together (UTS 39, 5.1 and 5.2): those of Chinese, Japanese and Korean, with Latin.
const TOGETHER: [&[Script]; 3] = [
    &[
        Script::Latin,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
    ],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// True when the letters are of one script, or of scripts that are written together: "highly restrictive" as
/// UTS 39 says it. What all scripts share (digits, marks, signs) is of any, and so are private characters.
pub fn is_of_one_script(text: &str) -> bool {
    let scripts = ScriptWithExtensions::new();
    let of_one: Vec<char> = text.chars().filter(|c| !is_shared(scripts, *c)).collect();
    let Some(first) = of_one.first() else {
        return true;
    };
    let are_of = |wanted: &[Script]| {
        of_one
            .iter()
            .all(|c| wanted.iter().any(|script| scripts.has_script(*c, *script)))
    };
    TOGETHER.into_iter().any(are_of)
        || scripts
            .get_script_extensions_val(*first)
            .iter()
            .any(|script| are_of(&[script]))
}

/// The same for each word: where several languages may stand side by side.
pub fn has_words_of_one_script(text: &str) -> bool {
    text.split_whitespace().all(is_of_one_script)
}

fn is_shared(scripts: ScriptWithExtensionsBorrowed<'_>, c: char) -> bool {
    let mut of = scripts.get_script_extensions_val(c).iter();
    of.all(|script| matches!(script, Script::Common | Script::Inherited | Script::Unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_one_script_stand_together() {
        for good in [
            "",
            "1984-2024 !",
            "Zoë Müller",
            "Анна Каренина 2",
            "Ελένη",
            "李 Zoë 7",
            "東京タワーのTaro",
            "김철수 kim",
            "ㄅㄆ李 bo",
            "שלום",
            "علي ٣",
            "एक दो",
            "\u{1f3d3} pong",
            "e\u{301}t",
            "c\u{e000}",
        ] {
            assert!(is_of_one_script(good), "{good:?}");
        }
        for bad in [
            "p\u{430}ypal",   // a Cyrillic a
            "\u{391}nna",     // a Greek Alpha
            "\u{410}\u{3b1}", // Cyrillic and Greek
            "ad\u{573}in",    // an Armenian letter
            "김ひ",
            "\u{13a0}dam", // a Cherokee letter
            "李\u{430}",
        ] {
            assert!(!is_of_one_script(bad), "{bad:?}");
            assert!(!has_words_of_one_script(bad), "{bad:?}");
        }
        assert!(has_words_of_one_script("Чат about Rust"));
        assert!(!is_of_one_script("Чат about Rust"));
    }
}
