//! What somebody answers on the page behind a link: yes, no, or that they ask to come in.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::{Caller, Known};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::server::{ClientAddress, PageForm};
use latchkey_contracts::pages::{HOME, INBOX};
use latchkey_pages::{Guest, Visitor, lead_to, sign_in_then, signed_out};
use maud::html;
use serde::Deserialize;

use super::arrive::arrive;
use super::form::key_or_new;
use super::{shut, way_in};
use crate::app::App;
use crate::app::invitation::by_secret::open_by_secret;
use crate::app::invitation::decline::{DeclineError, decline_invitation};
use crate::app::invitation::redeem::RedemptionError;
use crate::app::invitation::sign_up::accept_by_form;
use crate::app::join_request::ask::{AskError, Asking, ask_to_join};
use crate::domain::join_request::MAX_MESSAGE;
use crate::domain::secret::pasted;

#[derive(Deserialize)]
pub(crate) struct Submitted {
    #[serde(default)]
    key: String,
    /// Nothing is yes.
    #[serde(default)]
    r#do: String,
    #[serde(default)]
    message: String,
}

pub(crate) async fn submit(
    app: web::Data<App>,
    Guest { visitor, caller }: Guest,
    client: ClientAddress,
    path: web::Path<String>,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let secret = pasted(&path);
    let Some(caller) = caller else {
        return out(
            &visitor,
            &way_in::place(&secret),
            sent.as_ref().map(|PageForm(sent)| sent),
        );
    };
    if let Err(fault) = app.limits.check("secret", client.0) {
        return visitor.trouble(&fault.into());
    }
    let Some(PageForm(mut sent)) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    sent.key = key_or_new(&sent.key);
    match sent.r#do.as_str() {
        "decline" => decline(&app, &visitor, &caller, &secret).await,
        "ask" => ask(&app, &visitor, caller, &secret, sent).await,
        _ => accept(&app, &visitor, &caller, &secret, sent.key).await,
    }
}

/// For whoever is signed out: to where one signs in, and what they have typed is kept.
fn out(visitor: &Visitor, place: &str, sent: Option<&Submitted>) -> HttpResponse {
    let Some(sent) = sent.filter(|sent| !sent.message.trim().is_empty()) else {
        return lead_to(&sign_in_then(place));
    };
    let field = |name: &str, value: &String| (name.to_owned(), value.clone());
    let fields = [
        field("key", &sent.key),
        field("do", &sent.r#do),
        field("message", &sent.message),
    ];
    signed_out(visitor, place, &fields)
}

async fn accept(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    secret: &Secret,
    key: String,
) -> HttpResponse {
    let who = (caller.user, caller.username.clone());
    match accept_by_form(app, secret.clone(), who, key).await {
        // The link itself says to whoever came by it that they are in, as often as it is opened; and to whoever
        // may only ask that they may.
        Ok(came) => arrive(app, &came, &way_in::place(secret)).await,
        Err(RedemptionError::ByRequest) => lead_to(&way_in::place(secret)),
        Err(RedemptionError::AlreadyMember) => in_before(visitor),
        Err(RedemptionError::AccountThere) => {
            shut::account_there(visitor, secret, &caller.username)
        }
        Err(error) => shut::page(visitor, secret, error),
    }
}

fn in_before(visitor: &Visitor) -> HttpResponse {
    shut::already_in(visitor, visitor.words().in_before, &html! {})
}

/// Whoever was shown it may say no to it; whoever guesses is told that there is nothing.
async fn decline(app: &App, visitor: &Visitor, caller: &Caller, secret: &Secret) -> HttpResponse {
    let opened = match open_by_secret(app, secret, Some(caller.user)).await {
        Ok(opened) => opened,
        Err(shut) => return shut::page(visitor, secret, RedemptionError::Shut(shut)),
    };
    let id = opened.shown.invitation.id;
    let declined = decline_invitation(app, caller.user, id, false, None, |_| Ok(Vec::new()));
    match declined.await {
        Ok(_) => lead_to(HOME),
        Err(DeclineError::Fault(fault)) => visitor.trouble(&fault.into()),
        // It ended meanwhile, or was never for them alone: the link says which.
        Err(DeclineError::Ended | DeclineError::NotFound | DeclineError::Key(_)) => {
            lead_to(&way_in::place(secret))
        }
    }
}

async fn ask(
    app: &App,
    visitor: &Visitor,
    caller: Caller,
    secret: &Secret,
    sent: Submitted,
) -> HttpResponse {
    let message = sent.message.replace("\r\n", "\n");
    if message.chars().count() > MAX_MESSAGE || message.contains('\0') {
        return too_long(visitor, secret, &message);
    }
    let asking = Asking {
        wanted: None,
        message: Some(message).filter(|text| !text.trim().is_empty()),
        secret: Some(secret.clone()),
    };
    let call = OneCall {
        caller: format!("page acc_{}", caller.user.0),
        key: sent.key,
        fingerprint: *TokenHash::of(&format!("ask {}", secret.expose())).as_bytes(),
    };
    let who = Known::from(caller);
    match ask_to_join(app, &who, asking, Some(call), |_| Ok(Vec::new())).await {
        Ok(_) => lead_to(INBOX),
        Err(AskError::AlreadyAsked(_)) => asked(visitor),
        Err(AskError::AlreadyMember) => in_before(visitor),
        Err(AskError::Shut(shut)) => shut::page(visitor, secret, RedemptionError::Shut(shut)),
        Err(AskError::Fault(fault)) => visitor.trouble(&fault.into()),
        Err(AskError::TargetNotFound) => shut::page(visitor, secret, RedemptionError::TargetClosed),
        // An offer was there already, or the link lets in by itself: it says so.
        Err(
            AskError::Key(_)
            | AskError::LetsIn
            | AskError::OtherTarget
            | AskError::NotTaken
            | AskError::Offered(_)
            | AskError::Accepting(_),
        ) => lead_to(&way_in::place(secret)),
    }
}

/// The form anew, with what was typed.
fn too_long(visitor: &Visitor, secret: &Secret, message: &str) -> HttpResponse {
    let title = visitor.language().landing().ask;
    let wrong = Some(visitor.language().landing().message_long);
    let body = html! { h1 { (title) } (way_in::by_asking(visitor, secret, (message, wrong))) };
    visitor.page_with_form(StatusCode::BAD_REQUEST, title, &body)
}

/// For whoever has asked before.
fn asked(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().landing();
    let body = html! {
        h1 { (words.asked_title) }
        p { (words.asked_text) }
        p { a href=(INBOX) { (words.to_inbox) } }
    };
    visitor.page(StatusCode::OK, words.asked_title, &body)
}
