//! The page behind a registration link, and its form.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, Edge};
use latchkey_contracts::pages::{REGISTER, WELCOME};
use latchkey_pages::{Field, Visitor, Words, fill, hidden, trouble};
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Duration;

use super::shut;
use crate::app::App;
use crate::app::invitation::preview::{Preview, preview_invitation};
use crate::app::invitation::redeem::RedemptionError;
use crate::app::invitation::sign_up::{Form, SignedUp, sign_up};
use crate::domain::grant::Grant;
use crate::domain::secret::pasted;

#[derive(Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    t: String,
}

#[derive(Deserialize)]
pub(crate) struct Submitted {
    t: String,
    username: String,
    password: Secret,
    #[serde(default)]
    key: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    visitor: Visitor,
    client: ClientAddress,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let secret = pasted(&query.map(|query| query.into_inner().t).unwrap_or_default());
    if secret.expose().is_empty() {
        return shut::paste(&visitor);
    }
    match look(&app, client, &secret).await {
        Ok(preview) if preview.opened.grant == Grant::Account => {
            let typed = Typed {
                secret: &secret,
                username: "",
                wrong: None,
            };
            typed.page(&visitor, Some(&preview), StatusCode::OK)
        }
        Ok(_) => shut::for_members(&visitor),
        Err(error) => shut::page(&visitor, error),
    }
}

async fn look(
    app: &App,
    client: ClientAddress,
    secret: &Secret,
) -> Result<Preview, RedemptionError> {
    app.limits.check("secret", client.0)?;
    Ok(preview_invitation(app, secret).await?)
}

pub(crate) async fn submit(
    app: web::Data<App>,
    edge: web::Data<Edge>,
    visitor: Visitor,
    client: ClientAddress,
    req: HttpRequest,
    sent: Option<web::Form<Submitted>>,
) -> HttpResponse {
    let Some(web::Form(sent)) = sent else {
        return visitor.trouble(&Fault::invalid("the form lacks something").into());
    };
    let agent = req.headers().get(USER_AGENT).map(HeaderValue::as_bytes);
    let form = Form {
        secret: pasted(&sent.t),
        username: sent.username,
        password: sent.password,
        key: form_key(sent.key),
        user_agent: agent.map(|name| String::from_utf8_lossy(name).into_owned()),
    };
    let typed = (form.secret.clone(), form.username.clone());
    match come_in(&app, client, form).await {
        Ok(signed_up) => go_on(&edge, signed_up),
        Err(error) => refused(&visitor, error, &typed),
    }
}

async fn come_in(
    app: &App,
    client: ClientAddress,
    form: Form,
) -> Result<Option<SignedUp>, RedemptionError> {
    app.limits.check("sign_up", client.0)?;
    sign_up(app, form).await
}

/// The key that came with the page; another program's form may have none.
fn form_key(sent: String) -> String {
    let is_one =
        sent.len() <= 64 && !sent.is_empty() && sent.bytes().all(|b| b.is_ascii_hexdigit());
    if is_one { sent } else { new_key() }
}

fn new_key() -> String {
    ActKey::random().as_str().to_owned()
}

/// Where somebody is to be next who has an account now: loading that page anew makes no second one.
fn go_on(edge: &Edge, signed_up: Option<SignedUp>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, WELCOME));
    if let Some(SignedUp { token, device }) = signed_up {
        let life = Duration::from_secs(device.life_s);
        answer.cookie(edge.session_cookie(&token));
        answer.cookie(edge.device_cookie(&Secret::new(device.text), life));
    }
    answer.finish()
}

/// What is wrong, and beside which field it stands.
struct Wrong<'a> {
    status: StatusCode,
    username: Option<&'a str>,
    password: Option<&'a str>,
}

/// `None`: it is not about what was typed.
fn wrong<'a>(error: &RedemptionError, words: &'a Words) -> Option<Wrong<'a>> {
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

fn refused(visitor: &Visitor, error: RedemptionError, typed: &(Secret, String)) -> HttpResponse {
    let Some(wrong) = wrong(&error, visitor.words()) else {
        return shut::page(visitor, error);
    };
    let status = wrong.status;
    let (secret, username) = typed;
    let typed = Typed {
        secret,
        username,
        wrong: Some(wrong),
    };
    typed.page(visitor, None, status)
}

/// The form, with what was typed; never a password.
struct Typed<'a> {
    secret: &'a Secret,
    username: &'a str,
    wrong: Option<Wrong<'a>>,
}

impl Typed<'_> {
    fn page(
        &self,
        visitor: &Visitor,
        preview: Option<&Preview>,
        status: StatusCode,
    ) -> HttpResponse {
        let words = visitor.words();
        let body = html! {
            h1 { (words.register_title) }
            @if let Some(preview) = preview { p { (invited_by(words, preview)) } }
            @if self.wrong.is_some() { (trouble(words.form_trouble)) }
            form method="post" action=(visitor.action(REGISTER)) {
                (hidden("t", self.secret.expose()))
                (hidden("key", &new_key()))
                (self.fields(words))
                button { (words.register_button) }
            }
        };
        visitor.page_with_form(status, words.register_title, &body)
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
fn invited_by(words: &Words, preview: &Preview) -> String {
    preview.inviter.as_ref().map_or_else(
        || words.invited_by_operator.to_owned(),
        |name| fill(words.invited_by, &[("name", name)]),
    )
}
