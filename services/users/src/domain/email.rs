//! E-mail addresses. Nothing is ever proved about one here: the operator sets it.

use latchkey_common::text;

/// An address that an account may have: one `@` with something before and a host after it, no
/// blanks and nothing invisible. Quoted local parts, which nobody uses, are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// `None` when the text cannot be an address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (local, host) = text.split_once('@')?;
        let fits = text::is_name(local, 1, 64)
            && text::is_name(host, 1, 190)
            && !text.contains(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '<' | '>' | '(' | ')' | ',' | ';' | '\\')
            })
            && !host.contains('@')
            && [local, host]
                .iter()
                .all(|part| part.split('.').all(|piece| !piece.is_empty()));
        fits.then(|| Self(text.to_owned()))
    }

    /// The address as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared.
    pub(crate) fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_two_parts() {
        for good in ["a@b", "john.doe+x@example.org", "zoë@müller.example"] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "a@b..c",
            ".a@b",
            "a@b.",
            "a\u{200b}@b",
            "<a@b>",
            "a,b@c",
            "a@b\n",
            &long,
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
    }
}
