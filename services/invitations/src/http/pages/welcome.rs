//! Where somebody is who has just made an account: a page that may be loaded as often as one likes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_contracts::pages::{HOME, LOGIN};
use latchkey_pages::{Arrived, Guest, fill};
use maud::html;

use crate::app::App;

pub(crate) async fn show(
    app: web::Data<App>,
    Guest { visitor, caller }: Guest,
    req: HttpRequest,
) -> HttpResponse {
    let words = visitor.words();
    let title = caller.as_ref().map_or_else(
        || words.made_title.to_owned(),
        |caller| fill(words.welcome_title, &[("name", &caller.username)]),
    );
    let next = match &caller {
        Some(_) => words.welcome_signed_in,
        None => words.made_next,
    };
    let arrived = Arrived::at(&req);
    let body = html! {
        h1 { (title) }
        (arrived.line())
        p { (next) }
        @match caller {
            Some(_) => p { a href=(HOME) { (words.go_on) } },
            None => p { a href=(LOGIN) { (visitor.language().frame().sign_in) } },
        }
        p { (words.welcome_client) " " code { (app.public_url) } }
    };
    arrived.read(visitor.page(StatusCode::OK, &title, &body))
}
