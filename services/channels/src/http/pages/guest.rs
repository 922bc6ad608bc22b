//! Who reads a page of channels, and what a form of theirs says.

use std::convert::Infallible;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::{Caller, Refused, Session, Who};
use latchkey_common::server::PageForm;
use latchkey_contracts::pages::CHANNELS;
use latchkey_pages::{Visitor, lead_to};
use serde::de::DeserializeOwned;

use crate::domain::member::Person;

/// Somebody who is signed in. Whoever is not is sent to where one signs in, and comes back.
pub(crate) struct Guest {
    pub(super) visitor: Visitor,
    pub(super) me: Caller,
}

impl Guest {
    /// As members are known.
    pub(super) fn person(&self) -> Person {
        Person {
            id: self.me.user,
            username: self.me.username.clone(),
        }
    }
}

/// Nobody who is signed in.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Stranger(#[from] Refused);

impl ResponseError for Stranger {}

impl FromRequest for Guest {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (visitor, back) = (Visitor::of(req), back(req));
        let who = Who::<Session, Stranger>::from_request(req, payload);
        Box::pin(async move {
            match who.await {
                Ok(who) => Ok(Self {
                    visitor: visitor
                        .signed_in(&who.username)
                        .as_super_user(who.is_super_user),
                    me: who.0,
                }),
                Err(stranger) => {
                    let answer = turned_away(&visitor, stranger, &back);
                    Err(InternalError::from_response("nobody is signed in", answer).into())
                }
            }
        })
    }
}

fn turned_away(visitor: &Visitor, Stranger(refused): Stranger, back: &str) -> HttpResponse {
    match refused {
        Refused::Fault(fault) => visitor.trouble(&fault.into()),
        Refused::NoSession | Refused::Missing | Refused::Invalid | Refused::Scope(_) => {
            see_other(&format!("/login?next={back}"))
        }
    }
}

/// Where to come back to, as the value of a query: the page that was asked for, or the channel of a form. Signs that
/// would end the value are left to their meaning in a path.
fn back(req: &HttpRequest) -> String {
    let path = req.path();
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        return path.to_owned();
    }
    let id = path.split('/').nth(2).unwrap_or_default();
    if id.is_empty() {
        return CHANNELS.to_owned();
    }
    format!("{CHANNELS}/{id}")
}

/// Sends a browser on, to be asked for by `GET`.
pub(super) fn see_other(path: &str) -> HttpResponse {
    lead_to(path)
}

/// What a form says; nothing where it did not come whole.
pub(crate) struct Sent<T>(pub(super) Option<T>);

impl<T: DeserializeOwned + 'static> FromRequest for Sent<T> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = PageForm::<T>::from_request(req, payload);
        Box::pin(async move { Ok(Self(form.await.ok().map(PageForm::into_inner))) })
    }
}
