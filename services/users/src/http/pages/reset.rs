//! `/reset/{secret}`: somebody chooses another password with a link that was made for them. Opening it spends nothing,
//! because link previews open links too.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, Edge, PageForm};
use latchkey_contracts::pages::{FORGOT, LOGIN, RESET};
use latchkey_pages::{Field, Visitor, fill, trouble};
use latchkey_peers::users::Password;
use maud::html;
use serde::Deserialize;

use crate::app::App;
use crate::app::account::reset_password::{ResetPasswordError, reset_link_owner, reset_password};
use crate::domain::weakness::Weakness;

#[derive(Deserialize)]
pub(crate) struct Submitted {
    #[serde(default)]
    new: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    visitor: Visitor,
    link: web::Path<Secret>,
) -> HttpResponse {
    page(&app, &visitor, &link, StatusCode::OK, None).await
}

pub(crate) async fn submit(
    app: web::Data<App>,
    edge: web::Data<Edge>,
    visitor: Visitor,
    client: ClientAddress,
    link: web::Path<Secret>,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let words = visitor.words();
    if let Err(busy) = edge.limits().check("login", client.0) {
        return visitor.trouble(&busy.into());
    }
    let typed = sent.map(|form| form.into_inner().new).unwrap_or_default();
    let Some(password) = Password::parse(&typed) else {
        let wrong = Some(words.password_length);
        return page(&app, &visitor, &link, StatusCode::BAD_REQUEST, wrong).await;
    };
    let wrong = match reset_password(&app, &link, password).await {
        Ok(_) => return done(&visitor),
        Err(ResetPasswordError::NoLink) => return gone(&visitor),
        Err(ResetPasswordError::Fault(fault)) => return visitor.trouble(&fault.into()),
        Err(ResetPasswordError::Weak(Weakness::Common)) => words.password_common,
        Err(ResetPasswordError::Weak(Weakness::IsName)) => words.password_is_name,
    };
    page(&app, &visitor, &link, StatusCode::BAD_REQUEST, Some(wrong)).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    link: &Secret,
    status: StatusCode,
    wrong: Option<&str>,
) -> HttpResponse {
    let owner = match reset_link_owner(app, link).await {
        Ok(Some(owner)) => owner,
        Ok(None) => return gone(visitor),
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let words = visitor.language().account();
    let new = Field {
        name: "new",
        label: words.reset_new,
        hint: words.reset_hint,
        error: wrong,
        fills: "new-password",
        length: Some((8, 256)),
        is_password: true,
        is_first: true,
        ..Field::default()
    };
    let place = format!("{RESET}/{}", link.expose());
    let body = html! {
        h1 { (words.reset_title) }
        @if wrong.is_some() { (trouble(visitor.words().form_trouble)) }
        p { (fill(words.reset_text, &[("name", &owner.username)])) }
        form method="post" action=(visitor.action(&place)) {
            // For whatever keeps passwords: under which name it keeps this one.
            input type="hidden" name="username" autocomplete="username" value=(owner.username);
            (new.render())
            button { (words.reset_button) }
        }
    };
    visitor.page_with_form(status, words.reset_title, &body)
}

fn done(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().account();
    let body = html! {
        h1 { (words.reset_done) }
        p { (words.reset_done_text) }
        p { a href=(LOGIN) { (words.title) } }
    };
    visitor.page(StatusCode::OK, words.reset_done, &body)
}

fn gone(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().account();
    let body = html! {
        h1 { (words.reset_gone) }
        p { (words.reset_gone_text) }
        p { a href=(FORGOT) { (words.reset_gone_next) } }
    };
    visitor.page(StatusCode::NOT_FOUND, words.reset_gone, &body)
}
