//! `POST /logout`: signs out, and leads on, by the way to where one signs in with another account.

use actix_web::{HttpResponse, web};
use latchkey_common::auth::{clear_cookie, clear_rds_cookie};
use latchkey_common::server::PageForm;
use latchkey_pages::Guest;
use serde::Deserialize;

use super::login::lead_to;
use crate::app::App;
use crate::app::session::end::end_session;
use crate::http::FORGET;

#[derive(Default, Deserialize)]
pub(crate) struct Submitted {
    #[serde(default)]
    next: String,
}

/// Whoever is signed out already is led on just so.
pub(crate) async fn submit(
    app: web::Data<App>,
    guest: Guest,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let Submitted { next } = sent.map(PageForm::into_inner).unwrap_or_default();
    if let Some(caller) = guest.caller
        && let Err(error) = end_session(&app, caller.user, caller.session, None).await
    {
        return guest.visitor.trouble(&error.unkeyed().into());
    }
    lead_to(&next)
        .cookie(clear_cookie())
        .cookie(clear_rds_cookie())
        .insert_header(FORGET)
        .finish()
}
