//! `/login`: a name or an address, a password, and back to where one came from.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::{DEVICE_COOKIE_NAME, first_cookie};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, Edge, PageForm};
use latchkey_common::wire::retry_after::{whole_seconds, with_retry_after};
use latchkey_contracts::pages::{FORGOT, HOME, LANDING, LOGIN, REGISTER};
use latchkey_pages::{Field, Guest, Visitor, fill, hidden, own_place, trouble};
use maud::html;
use serde::Deserialize;

use crate::app::App;
use crate::app::session::log_in::{LogIn, LogInError, LoggedIn, log_in_by_handle};
use crate::http::user_agent;

/// The most characters of what is typed: an address has some three hundred.
const LONGEST: u32 = 320;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct Submitted {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: Option<Secret>,
    #[serde(default)]
    next: String,
}

/// What was typed, and what is wrong with it; never a password.
#[derive(Default)]
struct Typed {
    username: String,
    next: String,
    trouble: Option<String>,
    name_error: Option<&'static str>,
    password_error: Option<&'static str>,
}

/// Whoever is signed in is led on at once.
pub(crate) async fn show(guest: Guest, query: Option<web::Query<Opened>>) -> HttpResponse {
    let Opened { next } = query.map(web::Query::into_inner).unwrap_or_default();
    if guest.caller.is_some() {
        return lead_to(&next).finish();
    }
    let typed = Typed {
        next,
        ..Typed::default()
    };
    typed.page(&guest.visitor, StatusCode::OK)
}

pub(crate) async fn submit(
    app: web::Data<App>,
    edge: web::Data<Edge>,
    visitor: Visitor,
    client: ClientAddress,
    req: HttpRequest,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let Some(PageForm(sent)) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let words = visitor.language().account();
    let password = sent.password.filter(|text| !text.expose().is_empty());
    let mut typed = Typed {
        username: sent.username,
        next: sent.next,
        name_error: None,
        password_error: password.is_none().then_some(words.password_missing),
        trouble: None,
    };
    typed.name_error = typed.username.is_empty().then_some(words.name_missing);
    let (None, Some(password)) = (typed.name_error, password) else {
        return typed.page(&visitor, StatusCode::BAD_REQUEST);
    };
    let ask = LogIn {
        username: typed.username.clone(),
        password,
        user_agent: user_agent(&req),
        from: client.0,
        device: first_cookie(&req, DEVICE_COOKIE_NAME).map(str::to_owned),
    };
    match come_in(&app, &edge, ask).await {
        Ok(begun) => go_on(&app, &edge, begun, &typed.next),
        Err(error) => typed.refused(&visitor, error),
    }
}

async fn come_in(app: &App, edge: &Edge, ask: LogIn) -> Result<LoggedIn, LogInError> {
    edge.limits().check("login", ask.from)?;
    log_in_by_handle(app, ask).await
}

/// The session is a new one, whatever the browser had before.
fn go_on(app: &App, edge: &Edge, begun: LoggedIn, next: &str) -> HttpResponse {
    let mut answer = lead_to(next);
    answer.cookie(edge.session_cookie(&begun.token));
    if let Some(device) = begun.device {
        for cookie in edge.device_cookies(&device, app.settings.device_life()) {
            answer.cookie(cookie);
        }
    }
    answer.finish()
}

/// On to `next`, where that is a place of ours.
pub(super) fn lead_to(next: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, own_place(next).unwrap_or(HOME)));
    answer
}

impl Typed {
    fn refused(mut self, visitor: &Visitor, error: LogInError) -> HttpResponse {
        let words = visitor.language().account();
        match error {
            LogInError::InvalidCredentials => {
                self.trouble = Some(words.wrong.to_owned());
                self.page(visitor, StatusCode::UNAUTHORIZED)
            }
            LogInError::Fault(Fault::Busy { retry_after }) => {
                let seconds = whole_seconds(retry_after).to_string();
                self.trouble = Some(fill(words.busy, &[("seconds", &seconds)]));
                let page = self.page(visitor, StatusCode::TOO_MANY_REQUESTS);
                with_retry_after(page, Some(retry_after))
            }
            LogInError::Fault(fault) => visitor.trouble(&fault.into()),
        }
    }

    fn page(&self, visitor: &Visitor, status: StatusCode) -> HttpResponse {
        let words = visitor.language().account();
        let username = Field {
            name: "username",
            label: words.name,
            value: &self.username,
            error: self.name_error,
            fills: "username",
            length: Some((1, LONGEST)),
            is_first: self.username.is_empty(),
            ..Field::default()
        };
        let password = Field {
            name: "password",
            label: words.password,
            error: self.password_error,
            fills: "current-password",
            is_password: true,
            is_first: !username.is_first,
            ..Field::default()
        };
        let next = own_place(&self.next);
        let comes_from_link = next.is_some_and(|place| place.starts_with(LANDING));
        let body = html! {
            h1 { (words.title) }
            @if let Some(said) = &self.trouble { (trouble(said)) }
            @if comes_from_link { p { (words.back_to_link) } }
            form method="post" action=(visitor.action(LOGIN)) {
                @if let Some(next) = next { (hidden("next", next)) }
                (username.render())
                (password.render())
                button { (words.button) }
            }
            p.quiet { a href=(FORGOT) { (words.forgotten) } }
            p.quiet { (words.no_account) " " a href=(REGISTER) { (words.paste) } "." }
        };
        visitor.page_with_form(status, words.title, &body)
    }
}
