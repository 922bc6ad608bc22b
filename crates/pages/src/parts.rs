//! What forms are made of. What is wrong stands beside its field and is tied to it, for whoever hears a page too.

use maud::{Markup, html};

/// One field of a form, with its label, its hint and what is wrong with what was typed.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// What it is sent as; its `id` too.
    pub name: &'a str,
    /// What stands above it.
    pub label: &'a str,
    /// What one should know; nothing where empty.
    pub hint: &'a str,
    /// What was typed. Ignored for a password, which is never sent back.
    pub value: &'a str,
    /// What is wrong.
    pub error: Option<&'a str>,
    /// What browsers fill in by themselves (`autocomplete`).
    pub fills: &'a str,
    /// The fewest and the most characters.
    pub length: Option<(u32, u32)>,
    /// Whether nobody shall read it over a shoulder.
    pub is_password: bool,
    /// Whether one types here at once.
    pub is_first: bool,
    /// Whether it may stay empty.
    pub is_optional: bool,
    /// For how many lines there is room, where that is more than one.
    pub lines: Option<u8>,
    /// Which keys a phone shows (`inputmode`); those for text where empty.
    pub keys: &'a str,
}

impl Field<'_> {
    /// The field.
    pub fn render(&self) -> Markup {
        let kind = if self.is_password { "password" } else { "text" };
        let value = (!self.is_password).then_some(self.value);
        let (hint, error) = (
            format!("{}-hint", self.name),
            format!("{}-error", self.name),
        );
        let mut told = Vec::new();
        if self.error.is_some() {
            told.push(error.as_str());
        }
        if !self.hint.is_empty() {
            told.push(hint.as_str());
        }
        let told = (!told.is_empty()).then(|| told.join(" "));
        let (least, most) = self.length.unzip();
        let keys = Some(self.keys).filter(|keys| !keys.is_empty());
        html! {
            label for=(self.name) { (self.label) }
            @if let Some(lines) = self.lines {
                textarea id=(self.name) name=(self.name) rows=(lines) required[!self.is_optional]
                    minlength=[least] maxlength=[most] autofocus[self.is_first]
                    aria-describedby=[told] aria-invalid=[self.error.map(|_| "true")]
                    { (self.value) }
            } @else {
                input id=(self.name) name=(self.name) type=(kind) value=[value]
                    required[!self.is_optional] minlength=[least] maxlength=[most]
                    inputmode=[keys] autocomplete=(self.fills) autocapitalize="none" spellcheck="false"
                    autofocus[self.is_first] aria-describedby=[told]
                    aria-invalid=[self.error.map(|_| "true")];
            }
            @if let Some(words) = self.error { p.error id=(error) { (words) } }
            @if !self.hint.is_empty() { p.hint id=(hint) { (self.hint) } }
        }
    }
}

/// One of several things that one may choose.
pub fn checkbox(name: &str, value: &str, label: &str, is_on: bool) -> Markup {
    let id = format!("{name}-{value}");
    html! {
        div.choice {
            input id=(id) type="checkbox" name=(name) value=(value) checked[is_on];
            label for=(id) { (label) }
        }
    }
}

/// One of a few: each is sent as its first text, and called by its second. What is wrong with the choice stands
/// beside it.
pub fn select(
    name: &str,
    label: &str,
    all: &[(&str, &str)],
    chosen: &str,
    wrong: Option<&str>,
) -> Markup {
    let error = wrong.map(|_| format!("{name}-error"));
    html! {
        label for=(name) { (label) }
        select id=(name) name=(name) aria-describedby=[&error] aria-invalid=[wrong.map(|_| "true")] {
            @for (value, called) in all {
                option value=(value) selected[*value == chosen] { (called) }
            }
        }
        @if let (Some(words), Some(id)) = (wrong, &error) { p.error id=(id) { (words) } }
    }
}

/// A text that is there to be copied, not to be changed.
pub fn copyable(name: &str, label: &str, value: &str) -> Markup {
    html! {
        label for=(name) { (label) }
        input id=(name) type="text" value=(value) readonly autocomplete="off" spellcheck="false";
    }
}

/// A value that goes with a form.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// What did not work, said at once to whoever hears the page.
pub fn trouble(words: &str) -> Markup {
    html! { p.trouble role="alert" { (words) } }
}

/// What did work, said when there is time.
pub fn note(words: &Markup) -> Markup {
    html! { div.note role="status" { (words) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_tied_to_its_field() {
        let field = Field {
            name: "username",
            hint: "four or more",
            value: "<b>",
            error: Some("too short"),
            ..Field::default()
        };
        let page = field.render().into_string();
        assert!(page.contains("aria-describedby=\"username-error username-hint\""));
        assert!(page.contains("aria-invalid=\"true\""), "{page}");
        assert!(page.contains("<p class=\"error\" id=\"username-error\">too short</p>"));
        assert!(page.contains("value=\"&lt;b&gt;\""), "{page}");
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let field = Field {
            name: "password",
            value: "geheim",
            is_password: true,
            ..Field::default()
        };
        let page = field.render().into_string();
        assert!(
            !page.contains("geheim") && !page.contains("aria-"),
            "{page}"
        );
    }
}
