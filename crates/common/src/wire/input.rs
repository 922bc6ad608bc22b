//! What comes in, as values that a handler takes. Everything that cannot be understood is a
//! [`BadInput`], which each contract words in its own way; and none of it is told to somebody who may
//! not call at all (see [`crate::auth::Who`]).
//!
//! A handler that must look something up before it complains takes the [`Result`] of an extractor.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::body::{read_object, read_object_or_nothing};
use super::path::has_nul;
use super::unread::{BadMember, Unread};
use crate::auth::after_check;

/// What of a request cannot be understood, without anything of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadInput {
    /// The body.
    Body(Unread),
    /// The query.
    Query(Unread),
    /// The variable parts of the path.
    Path(&'static str),
}

/// Makes an extractor of a `T` that refuses with an `E`.
macro_rules! input {
    ($(#[$doc:meta])* $name:ident = $read:ident) => {
        $(#[$doc])*
        pub struct $name<T, E>(pub T, PhantomData<fn() -> E>);

        impl<T, E> Deref for $name<T, E> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T: fmt::Debug, E> fmt::Debug for $name<T, E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl<T, E> FromRequest for $name<T, E>
        where
            T: DeserializeOwned + 'static,
            E: From<BadInput> + Into<actix_web::Error> + 'static,
        {
            type Error = E;
            type Future = LocalBoxFuture<'static, Result<Self, E>>;

            fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
                let read = $read(req, payload);
                let req = req.clone();
                Box::pin(async move {
                    match read.await {
                        Ok(value) => Ok(Self(value, PhantomData)),
                        Err(bad) => {
                            tracing::debug!(?bad, "bad input");
                            Err(after_check(&req, bad.into()).await)
                        }
                    }
                })
            }
        }
    };
}

input! {
    /// A JSON object as the body of a call. Needs `Content-Type: application/json`, parameters
    /// allowed. Unknown members are ignored.
    Json = json
}
input! {
    /// The same, or no body at all, which is as good as `{}`.
    JsonOrNothing = json_or_nothing
}
input! {
    /// The query of a call. Unknown members are ignored; a repeated one is refused.
    Query = query
}
input! {
    /// The same where no text of it reaches a database, which is what a NUL character is refused for.
    NumbersQuery = numbers_query
}
input! {
    /// The variable parts of a path.
    Path = path
}

type Read<T> = Result<T, BadInput>;

fn json<T: DeserializeOwned>(
    req: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Read<T>> + use<T> {
    let (req, payload) = (req.clone(), payload.take());
    async move { read_object(&req, payload).await.map_err(BadInput::Body) }
}

fn json_or_nothing<T: DeserializeOwned>(
    req: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Read<T>> + use<T> {
    let (req, payload) = (req.clone(), payload.take());
    async move {
        let read = read_object_or_nothing(&req, payload).await;
        read.map_err(BadInput::Body)
    }
}

fn query<T: DeserializeOwned>(req: &HttpRequest, payload: &mut Payload) -> Ready<Read<T>> {
    if req.query_string().contains("%00") {
        ready(Err(BadInput::Query(
            "The query has a NUL character in it.".into(),
        )))
    } else {
        numbers_query(req, payload)
    }
}

fn numbers_query<T: DeserializeOwned>(req: &HttpRequest, _: &mut Payload) -> Ready<Read<T>> {
    let read = web::Query::<T>::from_query(req.query_string());
    ready(read.map(web::Query::into_inner).map_err(|_quotes_input| {
        BadInput::Query(Unread {
            sentence: "A query parameter is missing, repeated or of a wrong type.",
            member: bad_parameter::<T>(req.query_string()),
        })
    }))
}

/// Reads it again and notes where it is.
fn bad_parameter<T: DeserializeOwned>(query: &str) -> Option<BadMember> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    BadMember::of(&serde_path_to_error::deserialize::<_, T>(pairs).err()?)
}

fn path<T: DeserializeOwned + 'static>(
    req: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Read<T>> + use<T> {
    let has_nul = has_nul(req);
    let read = web::Path::<T>::from_request(req, payload);
    async move {
        let read = read.await.ok().filter(|_| !has_nul);
        read.map(web::Path::into_inner)
            .ok_or(BadInput::Path("A part of the path has a wrong type."))
    }
}

#[cfg(test)]
mod tests;
