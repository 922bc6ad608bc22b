//! The form for an account, and what is read from it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::secret::Secret;
use latchkey_common::text;
use latchkey_contracts::pages::{APPLIED, APPLY, HOME};
use latchkey_pages::{
    Field, Typed, Visitor, copyable, fill, form_key, hidden, note, trouble as said,
};
use maud::{Markup, html};

use crate::app::join_request::apply::Applying;
use crate::domain::application::{
    Answered, Form, LONGEST_ANSWER, LONGEST_EMAIL, LONGEST_NAME, MOST_QUESTIONS, is_email,
};
use crate::domain::join_request::MAX_MESSAGE;

/// What is wrong, field by field.
pub(super) type Wrong = Vec<(String, String)>;

/// Why the form is there again.
pub(super) enum Trouble {
    Closed,
    Changed,
    TooMany,
    Wrong(Wrong),
}

impl Trouble {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Closed => StatusCode::GONE,
            Self::Changed => StatusCode::CONFLICT,
            Self::TooMany => StatusCode::SERVICE_UNAVAILABLE,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
        }
    }

    const fn sentence(&self, visitor: &Visitor) -> &'static str {
        let words = visitor.language().apply();
        match self {
            Self::Closed => words.closed,
            Self::Changed => words.changed,
            Self::TooMany => words.too_many,
            Self::Wrong(_) => visitor.words().form_trouble,
        }
    }

    fn of(&self, name: &str) -> Option<&str> {
        let Self::Wrong(wrong) = self else {
            return None;
        };
        let found = wrong.iter().find(|(field, _)| field == name);
        found.map(|(_, sentence)| sentence.as_str())
    }
}

fn fits(text: &str, least: usize, most: usize) -> bool {
    text::has_length(text, least, most) && !text.contains('\0')
}

/// What somebody says.
pub(super) fn read(visitor: &Visitor, typed: &Typed) -> Result<Applying, Wrong> {
    let words = visitor.language().apply();
    let mut wrong = Wrong::new();
    let mut check = |name: &str, is_right: bool, sentence: &str, most: usize| {
        if !is_right {
            let sentence = fill(sentence, &[("most", &most.to_string())]);
            wrong.push((name.to_owned(), sentence));
        }
    };
    let name = typed.value("name").trim().to_owned();
    let is_name = fits(&name, 1, LONGEST_NAME);
    check("name", is_name, words.name_wrong, LONGEST_NAME);
    let email = typed.value("email").trim().to_owned();
    let is_address = email.is_empty() || (email.len() <= LONGEST_EMAIL && is_email(&email));
    check("email", is_address, words.email_wrong, LONGEST_EMAIL);
    let message = typed.text("message");
    let is_message = fits(&message, 0, MAX_MESSAGE);
    check("message", is_message, words.message_wrong, MAX_MESSAGE);
    let questions = typed.all("question").take(MOST_QUESTIONS + 1);
    let answers = questions.enumerate().map(|(nth, question)| {
        let field = answer_field(nth);
        let answer = typed.text(&field);
        let is_answer = !answer.trim().is_empty() && fits(&answer, 1, LONGEST_ANSWER);
        check(&field, is_answer, words.answer_wrong, LONGEST_ANSWER);
        Answered {
            question: question.to_owned(),
            answer,
        }
    });
    let answers = answers.collect();
    let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    if wrong.is_empty() {
        Ok(Applying {
            name,
            email: said(email),
            message: said(message),
            answers,
        })
    } else {
        Err(wrong)
    }
}

fn answer_field(nth: usize) -> String {
    format!("answer-{nth}")
}

/// The form, with what was typed.
pub(super) fn page(
    visitor: &Visitor,
    asked: &Form,
    typed: &Typed,
    trouble: Option<&Trouble>,
) -> HttpResponse {
    let words = visitor.language().apply();
    let status = trouble.map_or(StatusCode::OK, Trouble::status);
    let body = html! {
        h1 { (words.title) }
        @if let Some(trouble) = trouble { (said(trouble.sentence(visitor))) }
        p { (asked.welcome.as_deref().unwrap_or(words.text)) }
        form method="post" action=(visitor.action(APPLY)) {
            (form_key())
            (fields(visitor, asked, typed, trouble))
            button { (words.send) }
        }
        p { a href=(APPLIED) { (words.look) } }
    };
    visitor.page_with_form(status, words.title, &body)
}

fn fields(visitor: &Visitor, asked: &Form, typed: &Typed, trouble: Option<&Trouble>) -> Markup {
    let words = visitor.language().apply();
    let error = |name: &str| trouble.and_then(|trouble| trouble.of(name));
    let most = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let (name, email) = (typed.value("name"), typed.value("email"));
    let message = typed.text("message");
    let name = Field {
        name: "name",
        label: words.name,
        hint: words.name_hint,
        value: name,
        error: error("name"),
        fills: "name",
        length: Some((1, most(LONGEST_NAME))),
        ..Field::default()
    };
    let email = Field {
        name: "email",
        label: words.email,
        hint: words.email_hint,
        value: email,
        error: error("email"),
        fills: "email",
        length: Some((0, most(LONGEST_EMAIL))),
        is_optional: true,
        keys: "email",
        ..Field::default()
    };
    let message = Field {
        name: "message",
        label: words.message,
        hint: words.message_hint,
        value: &message,
        error: error("message"),
        length: Some((0, most(MAX_MESSAGE))),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    html! {
        (name.render())
        (email.render())
        @for (nth, question) in asked.questions().iter().enumerate() {
            @let field = answer_field(nth);
            (hidden("question", question))
            (Field {
                name: &field,
                label: question,
                value: &typed.text(&field),
                error: error(&field),
                length: Some((1, most(LONGEST_ANSWER))),
                lines: Some(3),
                ..Field::default()
            }.render())
        }
        (message.render())
    }
}

/// After it was sent: what the wish is looked up by, this once.
pub(super) fn sent(visitor: &Visitor, secret: &Secret) -> HttpResponse {
    let words = visitor.language().apply();
    let body = html! {
        h1 { (words.sent) }
        (note(&html! { p { (words.sent_text) } }))
        (copyable("link", words.secret, secret.expose()))
        form method="post" action=(visitor.action(APPLIED)) {
            (hidden("secret", secret.expose()))
            button.second { (words.look) }
        }
    };
    visitor.page_with_form(StatusCode::CREATED, words.sent, &body)
}

/// Where nobody may ask.
pub(super) fn closed(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().apply();
    let body = html! {
        h1 { (words.title) }
        p { (words.closed) }
        p { (words.closed_next) }
        p { a href=(APPLIED) { (words.look) } " · " a href=(HOME) { (visitor.site()) } }
    };
    visitor.page(StatusCode::OK, words.title, &body)
}
