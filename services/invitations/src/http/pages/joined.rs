//! What the pages of groups and of namespaces have in common: things that people are in, ask to come into and are
//! invited into.

use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_pages::{Field, Typed, form_key, hidden};
use maud::{Markup, html};

use crate::domain::join_request::{MAX_MESSAGE, is_message};

/// What is said about what somebody wanted to do. `W`: what is wrong in the form for changes.
#[derive(Default)]
pub(super) struct Said<'a, W> {
    pub(super) status: Option<StatusCode>,
    pub(super) done: Option<&'static str>,
    pub(super) above: Option<&'static str>,
    pub(super) typed: Option<&'a Typed>,
    /// Beside the field of each.
    pub(super) message: Option<&'static str>,
    pub(super) person: Option<&'static str>,
    pub(super) edit: Option<W>,
}

impl<'a, W: Default> Said<'a, W> {
    /// Above everything.
    pub(super) fn because(status: StatusCode, sentence: &'static str) -> Self {
        Self {
            status: Some(status),
            above: Some(sentence),
            ..Self::default()
        }
    }

    /// Beside what was `typed`, which is there again; `sentence` stands above.
    pub(super) fn beside(self, typed: &'a Typed, sentence: &'static str) -> Self {
        Self {
            status: Some(StatusCode::BAD_REQUEST),
            above: Some(sentence),
            typed: Some(typed),
            ..self
        }
    }
}

impl<W> Said<'_, W> {
    pub(super) fn typed(&self, name: &str) -> Option<&str> {
        self.typed.map(|typed| typed.value(name))
    }
}

/// Why nothing was done.
pub(super) enum Refused<W> {
    /// Something about it or somebody in it.
    Because(StatusCode, &'static str),
    /// What is to be changed stands beside it.
    Wrong(Box<Said<'static, W>>),
    /// There is nothing of the kind, or none of theirs to see or to change.
    Unknown,
    Fault(Fault),
}

impl<W> From<Fault> for Refused<W> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<W: Default> Refused<W> {
    /// Beside the name of whoever is invited.
    pub(super) fn beside_person(sentence: &'static str) -> Self {
        Self::Wrong(Box::new(Said {
            person: Some(sentence),
            ..Said::default()
        }))
    }

    /// In the form for changes.
    pub(super) fn beside_edit(wrong: W) -> Self {
        Self::Wrong(Box::new(Said {
            edit: Some(wrong),
            ..Said::default()
        }))
    }
}

/// What somebody says who asks to come in; nothing where it is blank.
pub(super) fn message_of<W: Default>(
    typed: &Typed,
    too_long: &'static str,
) -> Result<Option<String>, Refused<W>> {
    let message = typed.text("message");
    if !is_message(&message) || message.contains('\0') {
        return Err(Refused::Wrong(Box::new(Said {
            message: Some(too_long),
            ..Said::default()
        })));
    }
    Ok(Some(message).filter(|text| !text.trim().is_empty()))
}

/// A button of one form; `field`: what it is about, and `about` for whoever hears the page.
pub(super) fn press(
    action: &str,
    field: (&str, &str),
    (verb, look): (&str, &str),
    label: &str,
    about: &str,
) -> Markup {
    let called = (!about.is_empty()).then(|| format!("{label}: {about}"));
    html! {
        form method="post" action=(action) {
            (form_key())
            (hidden(field.0, field.1))
            button.(look) name="do" value=(verb) aria-label=[called] { (label) }
        }
    }
}

/// Where somebody asks to come in. The words: what it is, the field, its hint, the button.
pub(super) fn ask_form<W>(
    action: &str,
    said: &Said<'_, W>,
    [text, label, hint, button]: [&str; 4],
) -> Markup {
    let message = Field {
        name: "message",
        label,
        hint,
        value: said.typed("message").unwrap_or_default(),
        error: said.message,
        length: u32::try_from(MAX_MESSAGE).ok().map(|most| (0, most)),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    html! {
        p { (text) }
        form method="post" action=(action) {
            (form_key())
            (message.render())
            button name="do" value="ask" { (button) }
        }
    }
}

/// Where somebody is invited by a name of at most so many characters. The words: the field, the button.
pub(super) fn invite_form<W>(
    action: &str,
    said: &Said<'_, W>,
    most: u32,
    [label, button]: [&str; 2],
) -> Markup {
    let person = Field {
        name: "person",
        label,
        value: said.typed("person").unwrap_or_default(),
        error: said.person,
        fills: "off",
        length: Some((1, most)),
        ..Field::default()
    };
    html! {
        form method="post" action=(action) {
            (form_key())
            (person.render())
            button name="do" value="invite" { (button) }
        }
    }
}
