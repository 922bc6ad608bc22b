//! A table of words: the pages of one kind share one, and each language fills it in a file of its own.

/// The table, how one comes to it in a language, and the test that holds its promise. The languages stand beside it,
/// each as `WORDS` in a file of its own.
macro_rules! words {
    (
        $(#[$about:meta])* $table:ident as $in_language:ident;
        $($(#[$doc:meta])* $name:ident,)+
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $table {
            $($(#[$doc])* pub $name: &'static str,)+
        }

        impl $table {
            /// Every word with its name.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name)),+]
            }
        }

        impl $crate::Language {
            $(#[$about])*
            pub const fn $in_language(self) -> &'static $table {
                match self {
                    Self::English => &en::WORDS,
                    Self::Portuguese => &pt::WORDS,
                }
            }
        }

        #[cfg(test)]
        mod holds {
            #[test]
            fn every_language_has_every_word() {
                $crate::words::table::holds(|language| language.$in_language().all());
            }
        }
    };
}

/// Holds a table's promise: no language lacks a word, repeats the English one, or lost a gap.
#[cfg(test)]
pub(super) fn holds(of: impl Fn(crate::Language) -> Vec<(&'static str, &'static str)>) {
    let first = of(crate::Language::English);
    for language in crate::Language::ALL {
        let words = of(language);
        assert_eq!(words.len(), first.len());
        for ((name, word), (_, english)) in words.iter().zip(&first) {
            let tag = language.tag();
            assert!(!word.trim().is_empty(), "{name} in {tag}");
            assert_eq!(word.trim(), *word, "{name} in {tag}");
            assert_eq!(gaps(word), gaps(english), "{name} in {tag}");
            assert!(
                language == crate::Language::English || word != english,
                "{name} in {tag}"
            );
        }
    }
}

#[cfg(test)]
fn gaps(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    let mut gaps: Vec<&str> = parts.filter_map(|part| part.split('}').next()).collect();
    gaps.sort_unstable();
    gaps
}
