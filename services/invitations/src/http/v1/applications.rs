//! Asking for an account, for people who have none: sending it off, and `POST /v1/join-request-lookups` and
//! `POST /v1/join-requests/withdraw` with the secret that the answer to that has.

use actix_web::{HttpResponse, web};
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::pages::LANDING;
use latchkey_contracts::v1::ids::Id;
use latchkey_contracts::v1::{Answer, Body, Problem};
use serde::Serialize;

use super::invitations::{answer, bytes};
use super::request_shapes::{InvitedShape, RequestShape};
use super::wishes;
use super::{request_address, request_errors as errors};
use crate::app::App;
use crate::app::join_request::apply::{Applying, apply};
use crate::app::join_request::look_up::look_up;
use crate::app::join_request::view::RequestView;
use crate::app::join_request::withdraw::withdraw_application;
use crate::domain::application::{
    Answered, LONGEST_ANSWER, LONGEST_EMAIL, LONGEST_NAME, LONGEST_QUESTION, MOST_QUESTIONS,
    is_email,
};
use crate::domain::join_request::MAX_MESSAGE;

/// What somebody says who wants an account.
pub(super) fn applying(form: &mut Form<'_>) -> Option<Applying> {
    form.require("name");
    let name = form.text("name", 1, LONGEST_NAME);
    let what = "This must be an e-mail address.";
    let email = form.parsed("email", what, |text| {
        let fits = text.len() <= LONGEST_EMAIL && is_email(text);
        fits.then(|| text.to_owned())
    });
    let message = form.text("message", 1, MAX_MESSAGE);
    let answers = form.objects("answers", MOST_QUESTIONS, answered);
    let name = name?;
    if name.trim().is_empty() {
        return form.refuse("name", "form", "This must be a name.");
    }
    Some(Applying {
        name,
        email,
        message,
        answers: answers.unwrap_or_default(),
    })
}

fn answered(form: &mut Form<'_>) -> Option<Answered> {
    form.require("question");
    form.require("answer");
    let question = form.text("question", 1, LONGEST_QUESTION);
    let answer = form.text("answer", 1, LONGEST_ANSWER);
    Some(Answered {
        question: question?,
        answer: answer?,
    })
}

/// A key of somebody who is not signed in is that of what they say: whoever says something else makes another call.
pub(super) fn whose(said: &Applying) -> String {
    TokenHash::of(&format!("application {said:?}")).hex()
}

/// A wish, with what its maker looks it up by; shown this once.
#[derive(Serialize)]
struct SentShape<'a> {
    #[serde(flatten)]
    request: &'a RequestShape,
    secret: &'a str,
}

/// Sends it off.
pub(super) async fn send(
    app: &App,
    said: Applying,
    call: Option<OneCall>,
) -> Result<HttpResponse, Problem> {
    let now = app.db.now().process();
    let sent = apply(app, said, call, move |view, secret| {
        let place = request_address(Id::of(view.request.invitation.id.0));
        let request = RequestShape::of(view, now);
        let whole = SentShape {
            request: &request,
            secret: secret.expose(),
        };
        bytes(&Answer::made(&whole, &request, place)?)
    });
    answer(&sent.await.map_err(errors::applying)?)
}

#[derive(Debug)]
pub(crate) struct Held(Secret);

impl FromForm for Held {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        wishes::secret(form).map(Self)
    }
}

/// A wish as its maker sees it, and what a yes has made of it.
#[derive(Serialize)]
struct LookedShape {
    #[serde(flatten)]
    request: RequestShape,
    expires_at: Option<String>,
    invitation: Option<InvitedShape>,
}

pub(crate) async fn show(app: web::Data<App>, body: Body<Held>) -> Result<HttpResponse, Problem> {
    let found = look_up(&app, &body.value.0).await;
    let found = found.map_err(errors::looking)?;
    let now = app.db.now().process();
    let invitation = found.invited.map(|(row, secret)| {
        let link = |secret: &Secret| format!("{}{LANDING}/{}", app.public_url, secret.expose());
        InvitedShape::of(&row, secret.as_ref().map(link), now)
    });
    let shape = LookedShape {
        expires_at: found
            .view
            .request
            .invitation
            .expires_at
            .map(Millis::rfc3339),
        request: RequestShape::of(found.view, now),
        invitation,
    };
    Ok(Answer::of(&shape)?.response(false))
}

pub(crate) async fn withdraw(
    app: web::Data<App>,
    body: Body<Held>,
) -> Result<HttpResponse, Problem> {
    let whose = TokenHash::of(body.value.0.expose()).hex();
    let (Held(secret), call) = body.of(whose);
    let now = app.db.now().process();
    let render = move |view: RequestView| bytes(&Answer::of(&RequestShape::of(view, now))?);
    let withdrawn = withdraw_application(&app, &secret, call, render).await;
    answer(&withdrawn.map_err(errors::deciding)?)
}
