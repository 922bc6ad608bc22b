//! What is sent to the calls behind the key page: JSON by a client, or the page's own forms.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use latchkey_common::wire::body::read_object;
use serde::de::DeserializeOwned;
use std::convert::Infallible;

/// The input and where it comes from. Never fails by itself, so that who is calling is asked
/// first.
pub(crate) enum Sent<T> {
    /// A form of ours.
    Form(T),
    /// A client's JSON, or nothing that can be understood: a sentence.
    Json(Result<T, &'static str>),
}

impl<T: DeserializeOwned + 'static> FromRequest for Sent<T> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            if req.content_type() != "application/x-www-form-urlencoded" {
                return Ok(Self::Json(read_object(&req, payload).await));
            }
            let form = web::Form::<T>::from_request(&req, &mut payload).await;
            Ok(
                form.map_or(Self::Json(Err("The form could not be read.")), |form| {
                    Self::Form(form.into_inner())
                }),
            )
        })
    }
}
