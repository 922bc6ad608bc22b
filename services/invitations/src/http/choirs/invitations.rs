//! `/check/{id}` and `/create`. A key comes first: without one nothing is read or changed.

use std::convert::Infallible;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures_util::future::LocalBoxFuture;
use latchkey_common::wire::body::read_object;
use latchkey_contracts::choirs::ChoirError;

use super::dto::{Checked, CreateInvitation, Created};
use super::errors;
use super::key_holder::KeyHolder;
use crate::app::App;
use crate::app::choir::check_invitation::check_choir_invitation;
use crate::app::choir::create_invitation::create_choir_invitation;

/// A body that waits to be complained about until the key was looked at.
pub(crate) struct Body(Result<CreateInvitation, &'static str>);

impl FromRequest for Body {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move { Ok(Self(read_object(&req, payload).await)) })
    }
}

/// The id may hold anything, slashes and NUL included; what is no text is shown as well as it can be.
pub(crate) async fn check(
    app: web::Data<App>,
    KeyHolder(_): KeyHolder,
    id: web::Path<String>,
) -> Result<HttpResponse, ChoirError> {
    let found = check_choir_invitation(&app, &id)
        .await
        .map_err(|error| errors::check(error, &id))?;
    Ok(HttpResponse::Ok().json(Checked::from(found)))
}

pub(crate) async fn create(
    app: web::Data<App>,
    KeyHolder(key): KeyHolder,
    Body(body): Body,
) -> Result<HttpResponse, ChoirError> {
    let texts = body.map_err(ChoirError::bad_request)?.texts()?;
    let expires_at = app.db.clock().now().plus(app.settings.choir_life());
    let id = create_choir_invitation(&app, texts, Some(&key), expires_at).await?;
    Ok(HttpResponse::Ok().json(Created::new(&id)))
}
