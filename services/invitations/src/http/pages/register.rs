//! The page behind a registration link, and its form.

use std::time::Duration;

use actix_web::http::header::{HeaderValue, LOCATION, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, Edge, PageForm};
use latchkey_contracts::pages::WELCOME;
use latchkey_pages::{Guest, Visitor};
use serde::Deserialize;

use super::form::{Typed, key_or_new, wrong};
use super::{landing, shut};
use crate::app::App;
use crate::app::invitation::redeem::RedemptionError;
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
) -> HttpResponse {
    let secret = pasted(&query.map(|query| query.into_inner().t).unwrap_or_default());
    if secret.expose().is_empty() {
        return shut::paste(&visitor);
    }
    landing::page(&app, &visitor, client, caller.as_ref(), &secret).await
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
        Ok(signed_up) => go_on(&edge, signed_up),
        Err(error) => refused(&visitor, error, &typed),
    }
}

async fn come_in(
    app: &App,
    client: ClientAddress,
    form: Form,
) -> Result<Option<SignedUp>, RedemptionError> {
    app.limits.check("sign_up", client.0)?;
    sign_up(app, form).await
}

/// Where somebody is to be next who has an account now: loading that page anew makes no second one.
fn go_on(edge: &Edge, signed_up: Option<SignedUp>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, WELCOME));
    if let Some(SignedUp { token, device }) = signed_up {
        let life = Duration::from_secs(device.life_s);
        answer.cookie(edge.session_cookie(&token));
        for cookie in edge.device_cookies(&Secret::new(device.text), life) {
            answer.cookie(cookie);
        }
    }
    answer.finish()
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
