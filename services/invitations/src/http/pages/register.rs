//! The page behind a registration link, and its form.

use std::time::Duration;

use actix_web::http::header::{HeaderValue, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, Edge, PageForm};
use latchkey_contracts::pages::WELCOME;
use latchkey_pages::{Guest, Visitor, lead_to};
use serde::Deserialize;

use super::arrive::arrive;
use super::form::{Typed, key_or_new, wrong};
use super::{landing, shut};
use crate::app::App;
use crate::app::invitation::redeem::RedemptionError;
use crate::app::invitation::redemption::Redemption;
use crate::app::invitation::sign_up::{Form, SignedUp, sign_up};
use crate::domain::secret::pasted;

#[derive(Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    t: String,
}

#[derive(Deserialize)]
pub(crate) struct Submitted {
    t: String,
    username: String,
    password: Secret,
    #[serde(default)]
    key: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    Guest { visitor, caller }: Guest,
    client: ClientAddress,
    query: Option<web::Query<Opened>>,
    req: HttpRequest,
) -> HttpResponse {
    let secret = pasted(&query.map(|query| query.into_inner().t).unwrap_or_default());
    if secret.expose().is_empty() {
        return shut::paste(&visitor);
    }
    landing::page(&app, &visitor, client, caller.as_ref(), (&secret, &req)).await
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
        return visitor.trouble(&Fault::invalid("the form lacks something").into());
    };
    let agent = req.headers().get(USER_AGENT).map(HeaderValue::as_bytes);
    let form = Form {
        secret: pasted(&sent.t),
        username: sent.username,
        password: sent.password,
        key: key_or_new(&sent.key),
        user_agent: agent.map(|name| String::from_utf8_lossy(name).into_owned()),
    };
    let typed = (form.secret.clone(), form.username.clone());
    match come_in(&app, client, form).await {
        Ok((came, signed_up)) => go_on(&app, &edge, &came, signed_up).await,
        Err(error) => refused(&visitor, error, &typed),
    }
}

async fn come_in(
    app: &App,
    client: ClientAddress,
    form: Form,
) -> Result<(Redemption, Option<SignedUp>), RedemptionError> {
    app.limits.check("sign_up", client.0)?;
    sign_up(app, form).await
}

/// Where somebody is to be next who has an account now: loading that page anew makes no second one.
async fn go_on(
    app: &App,
    edge: &Edge,
    came: &Redemption,
    signed_up: Option<SignedUp>,
) -> HttpResponse {
    let Some(SignedUp { token, device }) = signed_up else {
        return lead_to(WELCOME);
    };
    let mut answer = arrive(app, came, WELCOME).await;
    let life = Duration::from_secs(device.life_s);
    let device = edge.device_cookies(&Secret::new(device.text), life);
    for cookie in std::iter::once(edge.session_cookie(&token)).chain(device) {
        // Tokens and paths: these are headers.
        let _ = answer.add_cookie(&cookie);
    }
    answer
}

fn refused(visitor: &Visitor, error: RedemptionError, typed: &(Secret, String)) -> HttpResponse {
    let Some(wrong) = wrong(&error, visitor.words()) else {
        return shut::page(visitor, &typed.0, error);
    };
    let status = wrong.status;
    let (secret, username) = typed;
    let typed = Typed {
        secret,
        username,
        wrong: Some(wrong),
    };
    typed.page(visitor, status)
}
