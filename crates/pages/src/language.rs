//! Which language a page is in.

/// A language that pages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Portuguese.
    Portuguese,
}

impl Language {
    /// Every one; the first is what nobody asked for.
    pub const ALL: [Self; 2] = [Self::English, Self::Portuguese];

    /// Its tag (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Portuguese => "pt",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Portuguese => "Português",
        }
    }

    /// The one that an `Accept-Language` likes best (RFC 9110, 12.5.4); of two that it likes as much, the one that
    /// it names first.
    pub fn accepted(header: &str) -> Self {
        let mut best = (0, Self::English);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
            let weight = weight.map_or(1000, thousandths);
            let primary = tag.split('-').next().unwrap_or_default();
            let mut all = Self::ALL.into_iter();
            let asked = all.find(|one| one.tag().eq_ignore_ascii_case(primary));
            if let Some(asked) = asked
                && weight > best.0
            {
                best = (weight, asked);
            }
        }
        best.1
    }
}

/// A weight of at most three digits, in whole numbers. What is none weighs nothing.
fn thousandths(text: &str) -> u32 {
    let text = text.trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{rest:0<3}");
    let number: u32 = digits.parse().unwrap_or(0);
    number.min(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_is_liked_best() {
        for (header, language) in [
            ("", Language::English),
            ("*", Language::English),
            ("de", Language::English),
            ("pt-BR,pt;q=0.9,en;q=0.8", Language::Portuguese),
            ("de, PT-pt;q=0.5, en;q=0.4", Language::Portuguese),
            ("en;q=0.8, pt;q=0.8", Language::English),
            ("pt;q=0, en;q=0.001", Language::English),
            ("pt;q=nonsense", Language::English),
            ("pt; q=1.0, en;q=0.999", Language::Portuguese),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
