//! The form that makes an account, wherever it stands, and the key that every form of ours carries.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::secret::Secret;
use latchkey_contracts::pages::REGISTER;
use latchkey_pages::{Field, Visitor, Words, fill, form_key, hidden, sent_key, trouble};
use maud::{Markup, html};

use crate::app::invitation::preview::Preview;
use crate::app::invitation::redeem::RedemptionError;

/// The key that came with the page, or one of its own.
pub(super) fn key_or_new(sent: &str) -> String {
    sent_key(sent).map_or_else(new_key, str::to_owned)
}

fn new_key() -> String {
    ActKey::random().as_str().to_owned()
}

/// What is wrong, and beside which field it stands.
pub(super) struct Wrong<'a> {
    pub(super) status: StatusCode,
    username: Option<&'a str>,
    password: Option<&'a str>,
}

/// `None`: it is not about what was typed.
pub(super) fn wrong<'a>(error: &RedemptionError, words: &'a Words) -> Option<Wrong<'a>> {
    let (status, username, password) = match error {
        RedemptionError::InvalidUsername => (400, Some(words.username_form), None),
        RedemptionError::UsernameReserved => (400, Some(words.username_reserved), None),
        RedemptionError::UsernameTaken => (409, Some(words.username_taken), None),
        RedemptionError::InsecurePassword => (400, None, Some(words.password_length)),
        RedemptionError::CommonPassword => (400, None, Some(words.password_common)),
        RedemptionError::NameAsPassword => (400, None, Some(words.password_is_name)),
        RedemptionError::Key(_)
        | RedemptionError::Shut(_)
        | RedemptionError::AccountNeeded
        | RedemptionError::AccountThere
        | RedemptionError::SignInNeeded
        | RedemptionError::ByRequest
        | RedemptionError::AlreadyMember
        | RedemptionError::TargetClosed
        | RedemptionError::InviterLostRight
        | RedemptionError::Fault(_) => return None,
    };
    let status = StatusCode::from_u16(status).ok()?;
    Some(Wrong {
        status,
        username,
        password,
    })
}

/// The form, with what was typed; never a password.
pub(super) struct Typed<'a> {
    pub(super) secret: &'a Secret,
    pub(super) username: &'a str,
    pub(super) wrong: Option<Wrong<'a>>,
}

impl<'a> Typed<'a> {
    /// Where nobody has typed yet.
    pub(super) const fn nothing(secret: &'a Secret) -> Self {
        Self {
            secret,
            username: "",
            wrong: None,
        }
    }

    pub(super) fn page(&self, visitor: &Visitor, status: StatusCode) -> HttpResponse {
        let words = visitor.words();
        let body = html! {
            h1 { (words.register_title) }
            (trouble(words.form_trouble))
            (self.form(visitor))
        };
        visitor.page_with_form(status, words.register_title, &body)
    }

    /// The form, for a [`Visitor::page_with_form`].
    pub(super) fn form(&self, visitor: &Visitor) -> Markup {
        let words = visitor.words();
        html! {
            form method="post" action=(visitor.action(REGISTER)) {
                (hidden("t", self.secret.expose()))
                (form_key())
                (self.fields(words))
                button { (words.register_button) }
            }
        }
    }

    fn fields(&self, words: &Words) -> Markup {
        let username = Field {
            name: "username",
            label: words.username,
            hint: words.username_hint,
            value: self.username,
            error: self.wrong.as_ref().and_then(|wrong| wrong.username),
            fills: "username",
            length: Some((4, 32)),
            is_first: self
                .wrong
                .as_ref()
                .is_none_or(|wrong| wrong.username.is_some()),
            ..Field::default()
        };
        let password = Field {
            name: "password",
            label: words.password,
            hint: words.password_hint,
            error: self.wrong.as_ref().and_then(|wrong| wrong.password),
            fills: "new-password",
            length: Some((8, 256)),
            is_password: true,
            is_first: !username.is_first,
            ..Field::default()
        };
        html! { (username.render()) (password.render()) }
    }
}

/// Who invites.
pub(super) fn invited_by(words: &Words, preview: &Preview) -> String {
    preview.inviter.as_ref().map_or_else(
        || words.invited_by_operator.to_owned(),
        |name| fill(words.invited_by, &[("name", name)]),
    )
}
