//! `/forgot`: what somebody does who has forgotten the password. There is no mail: a person helps.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_contracts::pages::LOGIN;
use latchkey_pages::Guest;
use maud::html;

pub(crate) async fn show(guest: Guest) -> HttpResponse {
    let words = guest.visitor.language().account();
    let body = html! {
        h1 { (words.forgot_title) }
        p { (words.forgot_text) }
        p { (words.forgot_next) }
        p { a href=(LOGIN) { (words.forgot_back) } }
    };
    guest
        .visitor
        .page(StatusCode::OK, words.forgot_title, &body)
}
