//! Sentences that name code: what stands between backticks is shown as such.

use maud::{Markup, html};

/// The sentences of one paragraph.
pub fn prose(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_words() {
        let shown = prose("Send `<t>` and `x`.").into_string();
        assert_eq!(shown, "Send <code>&lt;t&gt;</code> and <code>x</code>.");
        assert_eq!(prose("None.").into_string(), "None.");
    }
}
