//! `/`: what this place is, and the way in; for whoever is in, the way on.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use latchkey_common::auth::Known;
use latchkey_common::server::Reader;
use latchkey_contracts::chat::Problem;
use latchkey_contracts::pages::{APPLY, CHANNELS, INBOX, LOGIN};
use latchkey_pages::{Guest, Visitor, lead_to};
use maud::html;

use super::inbox::has_something;
use super::shut::paste_form;
use crate::app::App;
use crate::app::application_form::show::show_form;

/// Programs that ask for whatever comes are told that there is nothing for them.
pub(crate) async fn show(
    app: web::Data<App>,
    Guest { visitor, caller }: Guest,
    req: HttpRequest,
) -> HttpResponse {
    if Reader::who_asks(&req).is_none() {
        return Problem::not_found().error_response();
    }
    if let Some(caller) = caller {
        return lead_on(&app, &visitor, &Known::from(caller)).await;
    }
    // What this place is can be said also while its database does not answer.
    let may_ask = show_form(&app).await.is_ok_and(|form| form.is_open);
    let words = visitor.words();
    let welcome = match visitor.welcome() {
        "" => words.home_text,
        own => own,
    };
    let body = html! {
        h1 { (visitor.site()) }
        p { (welcome) }
        p { a href=(LOGIN) { (visitor.language().frame().sign_in) } }
        p.quiet { (words.welcome_client) " " code { (app.public_url) } }
        h2 { (words.home_paste) }
        (paste_form(words, false))
        @if may_ask {
            p { a href=(APPLY) { (visitor.language().apply().title) } }
        }
    };
    visitor.page(StatusCode::OK, words.home_title, &body)
}

/// Whoever is signed in goes to what waits for them, or else to their channels.
async fn lead_on(app: &App, visitor: &Visitor, me: &Known) -> HttpResponse {
    let place = match has_something(app, me).await {
        Ok(true) => INBOX,
        Ok(false) => CHANNELS,
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    lead_to(place)
}
