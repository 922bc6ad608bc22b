//! What is sent to the calls behind the key page: JSON by a client, or the page's own forms.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use latchkey_common::server::PageForm;
use latchkey_common::wire::body::read_object;
use latchkey_common::wire::input::BadInput;
use serde::de::DeserializeOwned;
use std::convert::Infallible;

/// The input and where it comes from. Never fails by itself, so that who is calling is asked
/// first.
pub(crate) enum Sent<T> {
    /// A form of ours.
    Form(T),
    /// A client's JSON, or nothing that can be understood.
    Json(Result<T, BadInput>),
}

impl<T: DeserializeOwned + 'static> FromRequest for Sent<T> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            if req.content_type() != "application/x-www-form-urlencoded" {
                let read = read_object(&req, payload).await;
                return Ok(Self::Json(read.map_err(BadInput::Body)));
            }
            let form = PageForm::<T>::from_request(&req, &mut payload).await;
            Ok(match form {
                Ok(form) => Self::Form(form.into_inner()),
                Err(_) => Self::Json(Err(BadInput::Body("The form could not be read.".into()))),
            })
        })
    }
}
