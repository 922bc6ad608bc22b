//! `/`: what this place is, and the way in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use latchkey_common::server::Reader;
use latchkey_contracts::chat::{Problem, SignedIn};
use latchkey_pages::{Visitor, fill};
use maud::html;

use super::shut::paste_form;
use crate::app::App;

/// Programs that ask for whatever comes are told that there is nothing for them.
pub(crate) async fn show(
    app: web::Data<App>,
    visitor: Visitor,
    caller: Option<SignedIn>,
    req: HttpRequest,
) -> HttpResponse {
    if Reader::who_asks(&req).is_none() {
        return Problem::not_found().error_response();
    }
    let words = visitor.words();
    let welcome = match visitor.welcome() {
        "" => words.home_text,
        own => own,
    };
    let body = html! {
        h1 { (visitor.site()) }
        p { (welcome) }
        @if let Some(caller) = &caller {
            p { (fill(words.home_signed_in, &[("name", &caller.username)])) }
            p { (words.welcome_client) " " code { (app.public_url) } }
        } @else {
            p { (words.home_sign_in) " " code { (app.public_url) } }
        }
        h2 { (words.home_paste) }
        (paste_form(words, false))
    };
    visitor.page(StatusCode::OK, words.home_title, &body)
}
