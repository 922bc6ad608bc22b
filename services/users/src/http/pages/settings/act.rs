//! What the forms of `/settings` do: the use cases of the chat contract.

use actix_web::cookie::time::Duration as Span;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::{Caller, Scopes, SessionId};
use latchkey_common::db::once::{CallError, unkeyed};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{LANGUAGE_COOKIE, PageForm};
use latchkey_contracts::known_scopes;
use latchkey_contracts::pages::SETTINGS;
use latchkey_pages::words::settings::Settings as Words;
use latchkey_pages::{Language, Member, Visitor, lead_to, note};
use latchkey_peers::users::Password;
use maud::html;

use super::{Wrong, page};
use crate::app::App;
use crate::app::account::change_password::{ChangePassword, ChangePasswordError, change_password};
use crate::app::session::end::end_session;
use crate::app::session::list::list_sessions;
use crate::app::token::api_tokens::revoke_api_token;
use crate::app::token::create_api_token::{
    Asker, CreateApiToken, CreateApiTokenError, create_api_token,
};
use crate::domain::api_token::{ApiTokenId, TokenName};
use crate::domain::weakness::Weakness;

/// What was sent, in order.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn value(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(one, _)| one == name);
        named.map(|(_, value)| value.as_str())
    }

    fn secret(&self, name: &str) -> Secret {
        Secret::new(self.value(name))
    }

    fn id(&self) -> i64 {
        self.value("id").parse().unwrap_or_default()
    }
}

/// Why nothing was done.
enum Refused {
    Wrong(StatusCode, Wrong),
    Fault(Fault),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

pub(crate) async fn submit(
    app: web::Data<App>,
    member: Member,
    sent: Option<PageForm<Vec<(String, String)>>>,
) -> HttpResponse {
    let Member { visitor, caller } = member;
    let sent = Sent(sent.map(PageForm::into_inner).unwrap_or_default());
    match act(&app, &visitor, &caller, &sent).await {
        Ok(answer) => answer,
        Err(Refused::Wrong(status, wrong)) => {
            page(&app, &visitor, &caller, None, Some((status, wrong))).await
        }
        Err(Refused::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

async fn act(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    sent: &Sent,
) -> Result<HttpResponse, Refused> {
    let words = visitor.language().settings();
    match sent.value("do") {
        "password" => {
            exchange(app, visitor, caller, sent).await?;
            Ok(back_to("?done=password"))
        }
        "end" => {
            end(app, caller, SessionId(sent.id())).await?;
            Ok(back_to("?done=ended"))
        }
        "end-others" => {
            for one in list_sessions(app, caller.user).await? {
                if one.id != caller.session {
                    end(app, caller, one.id).await?;
                }
            }
            Ok(back_to("?done=ended"))
        }
        "revoke" => {
            let revoked = revoke_api_token(app, caller.user, ApiTokenId(sent.id()), None);
            revoked.await.map_err(CallError::unkeyed)?;
            Ok(back_to("?done=revoked"))
        }
        "token" => Ok(made(visitor, &make(app, caller, sent, words).await?)),
        "language" => choose(sent, words),
        _ => Err(Fault::invalid("there is no such button").into()),
    }
}

/// What had ended before is no trouble.
async fn end(app: &App, caller: &Caller, session: SessionId) -> Result<(), Fault> {
    let ended = end_session(app, caller.user, session, None).await;
    ended.map(drop).map_err(CallError::unkeyed)
}

fn back_to(done: &str) -> HttpResponse {
    lead_to(&format!("{SETTINGS}{done}"))
}

async fn exchange(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    sent: &Sent,
) -> Result<(), Refused> {
    let (words, all) = (visitor.language().settings(), visitor.words());
    let bad = |new| {
        let wrong = Wrong {
            new: Some(new),
            ..Wrong::default()
        };
        Refused::Wrong(StatusCode::BAD_REQUEST, wrong)
    };
    let ask = ChangePassword {
        old: sent.secret("old"),
        new: Password::parse(sent.value("new")).ok_or_else(|| bad(all.password_length))?,
    };
    match unkeyed(change_password(app, caller, ask, None).await) {
        Ok(_) => Ok(()),
        Err(ChangePasswordError::Weak(Weakness::Common)) => Err(bad(all.password_common)),
        Err(ChangePasswordError::Weak(Weakness::IsName)) => Err(bad(all.password_is_name)),
        Err(ChangePasswordError::InvalidCredentials) => {
            let wrong = Wrong {
                old: Some(words.wrong_old),
                ..Wrong::default()
            };
            Err(Refused::Wrong(StatusCode::FORBIDDEN, wrong))
        }
        Err(ChangePasswordError::Fault(fault)) => Err(fault.into()),
    }
}

async fn make(app: &App, caller: &Caller, sent: &Sent, words: &Words) -> Result<Secret, Refused> {
    let mut wrong = Wrong {
        typed: sent.value("name").to_owned(),
        ..Wrong::default()
    };
    let name = TokenName::parse(sent.value("name"));
    if name.is_none() {
        wrong.name = Some(words.token_name_bad);
    }
    let scopes: Vec<&str> = sent.all("scope").collect();
    let scopes = Scopes::of_words(&scopes).and_then(known_scopes);
    let scopes = scopes.filter(|scopes| !scopes.is_empty());
    if scopes.is_none() {
        wrong.scopes = Some(words.scopes_none);
    }
    if sent.value("confirm").is_empty() {
        wrong.confirm = Some(words.missing);
    }
    let (Some(name), Some(scopes), None) = (name, scopes, wrong.confirm) else {
        return Err(Refused::Wrong(StatusCode::BAD_REQUEST, wrong));
    };
    let ask = CreateApiToken {
        user: caller.user,
        asker: Some(Asker {
            caller: caller.clone(),
            password: Some(sent.secret("confirm")),
        }),
        by: None,
        name,
        scopes,
        life_s: None,
    };
    let status = match unkeyed(create_api_token(app, ask, None).await) {
        Ok((_, token)) => return Ok(token),
        Err(CreateApiTokenError::TooMany) => {
            wrong.name = Some(words.too_many_tokens);
            StatusCode::CONFLICT
        }
        Err(CreateApiTokenError::InvalidCredentials | CreateApiTokenError::Stale) => {
            wrong.confirm = Some(words.wrong_old);
            StatusCode::FORBIDDEN
        }
        Err(CreateApiTokenError::Locked) => return Err(Fault::Unauthenticated.into()),
        Err(CreateApiTokenError::Fault(fault)) => return Err(fault.into()),
    };
    Err(Refused::Wrong(status, wrong))
}

/// Shown this once.
fn made(visitor: &Visitor, token: &Secret) -> HttpResponse {
    let words = visitor.language().settings();
    let body = html! {
        h1 { (words.tokens) }
        (note(&html! { strong { (words.token_made) } br; code id="token" { (token.expose()) } }))
        p { a href=(SETTINGS) { (words.back) } }
    };
    visitor.page(StatusCode::OK, words.tokens, &body)
}

/// A year at most, and gone where somebody wants what the browser says.
fn choose(sent: &Sent, words: &Words) -> Result<HttpResponse, Refused> {
    let tag = sent.value(LANGUAGE_COOKIE);
    let known = Language::ALL.iter().find(|one| one.tag() == tag);
    if known.is_none() && !tag.is_empty() {
        let wrong = Wrong {
            language: Some(words.odd),
            ..Wrong::default()
        };
        return Err(Refused::Wrong(StatusCode::BAD_REQUEST, wrong));
    }
    let life = if known.is_some() {
        Span::days(365)
    } else {
        Span::ZERO
    };
    let cookie = Cookie::build(LANGUAGE_COOKIE, known.map_or("", |one| one.tag()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish();
    let mut answer = HttpResponse::SeeOther();
    let lead = (LOCATION, SETTINGS);
    Ok(answer.insert_header(lead).cookie(cookie).finish())
}
