//! The key of a call that is to be made once: the header `Idempotency-Key`, and what the call asks for.

use std::fmt;
use std::future::ready;
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::body::read_object_and;
use super::input::BadInput;
use crate::auth::after_check;
use crate::db::kept_answers::OneCall;

/// The header with the key of a call.
pub const KEY: &str = "idempotency-key";
/// Says that an answer is the one that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// How long a key may be: room for a UUID and a word about what it is for.
const LONGEST_KEY: usize = 255;

/// A key, and what its call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallKey {
    key: String,
    fingerprint: [u8; 32],
}

impl CallKey {
    /// The key of `req`, which came with this body. `None`: it has none.
    ///
    /// # Errors
    /// What is wrong with the key, in a sentence.
    pub fn of(req: &HttpRequest, body: &[u8]) -> Result<Option<Self>, &'static str> {
        let Some(key) = key_of(req)? else {
            return Ok(None);
        };
        let method = req.method().as_str();
        let path = req
            .uri()
            .path_and_query()
            .map_or("", |whole| whole.as_str());
        let asked = [method.as_bytes(), b" ", path.as_bytes(), b"\n", body];
        let hash = asked.iter().fold(Sha256::new(), sha2::Digest::chain_update);
        Ok(Some(Self {
            key,
            fingerprint: hash.finalize().into(),
        }))
    }

    /// The same for a call that is known by `asked` alone: its body holds what not even a hash is kept of.
    #[must_use]
    pub fn asking(self, asked: &str) -> Self {
        Self {
            fingerprint: Sha256::digest(asked.as_bytes()).into(),
            ..self
        }
    }

    /// The call of `caller`.
    pub fn by(self, caller: impl fmt::Display) -> OneCall {
        OneCall {
            caller: caller.to_string(),
            key: self.key,
            fingerprint: self.fingerprint,
        }
    }
}

/// A text in quotation marks, as the IETF's draft has it, or the same without them, as most clients send it.
fn key_of(req: &HttpRequest) -> Result<Option<String>, &'static str> {
    let mut headers = req.headers().get_all(KEY);
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default();
    let bare = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let key = bare.unwrap_or(text);
    let is_plain = key
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
    if headers.next().is_some() || key.is_empty() || key.len() > LONGEST_KEY || !is_plain {
        return Err("There must be one Idempotency-Key, of 1 to 255 visible ASCII signs.");
    }
    Ok(Some(key.to_owned()))
}

/// A JSON object as [`super::input::Json`] takes it, and the key of its call.
#[derive(Debug)]
pub struct Keyed<T, E> {
    /// What was sent.
    pub value: T,
    /// The key, if there is one.
    pub key: Option<CallKey>,
    refusal: PhantomData<fn() -> E>,
}

impl<T, E> FromRequest for Keyed<T, E>
where
    T: DeserializeOwned + 'static,
    E: From<BadInput> + Into<actix_web::Error> + 'static,
{
    type Error = E;
    type Future = LocalBoxFuture<'static, Result<Self, E>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let read = read_object_and(&req, payload, |body| CallKey::of(&req, body)).await;
            let read = read.and_then(|(value, key)| Ok((value, key?)));
            match read {
                Ok((value, key)) => Ok(Self {
                    value,
                    key,
                    refusal: PhantomData,
                }),
                Err(unread) => {
                    tracing::debug!(?unread, "bad input");
                    Err(after_check(&req, BadInput::Body(unread).into()).await)
                }
            }
        })
    }
}

/// The key of a call without a body.
#[derive(Debug)]
pub struct Key<E>(pub Option<CallKey>, PhantomData<fn() -> E>);

impl<E> FromRequest for Key<E>
where
    E: From<BadInput> + Into<actix_web::Error> + 'static,
{
    type Error = E;
    type Future = LocalBoxFuture<'static, Result<Self, E>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        match CallKey::of(req, b"") {
            Ok(key) => Box::pin(ready(Ok(Self(key, PhantomData)))),
            Err(sentence) => {
                let req = req.clone();
                let refusal = BadInput::Body(sentence.into()).into();
                Box::pin(async move { Err(after_check(&req, refusal).await) })
            }
        }
    }
}
