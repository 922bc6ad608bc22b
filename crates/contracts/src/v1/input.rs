//! What comes in: bodies without any member that is not known, typed ids, and the key of a call
//! that is made once. All that is wrong is told at once, and none of it to somebody who may not call at all.

use std::fmt;
use std::future::ready;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::after_check;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::wire::body::read_text;
use latchkey_common::wire::call_key::CallKey;
use latchkey_common::wire::form::{self, FromForm, Unfit};

use super::ids::{Id, Noun};
use super::problem::{Problem, catalogue};

/// The body of a call, and the key that the call came with.
#[derive(Debug)]
pub struct Body<T> {
    /// What was sent.
    pub value: T,
    key: Option<CallKey>,
}

impl<T> Body<T> {
    /// The call as one of `caller` that is made once, if it has a key; and what was sent.
    pub fn of(self, caller: impl fmt::Display) -> (T, Option<OneCall>) {
        (self.value, self.key.map(|key| key.by(caller)))
    }
}

impl<T: FromForm + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            match read_body(&req, payload).await {
                Ok(body) => Ok(body),
                Err(problem) => Err(after_check(&req, problem).await),
            }
        })
    }
}

async fn read_body<T: FromForm>(req: &HttpRequest, payload: Payload) -> Result<Body<T>, Problem> {
    let text = read_text(req, payload).await.map_err(unreadable)?;
    let value = form::read(&text, T::from_form).map_err(|unfit| match unfit {
        Unfit::Unreadable(sentence) => unreadable(sentence),
        Unfit::Wrong(complaints) => Problem::wrong(complaints),
    })?;
    let key = CallKey::of(req, text.as_bytes()).map_err(unreadable)?;
    Ok(Body { value, key })
}

fn unreadable(sentence: &'static str) -> Problem {
    Problem::of(&catalogue::UNREADABLE).saying(sentence)
}

/// The one id in a path. What is none names nothing.
#[derive(Debug)]
pub struct Path<N: Noun>(pub Id<N>);

impl<N: Noun> FromRequest for Path<N> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parts = req.match_info().iter();
        if let Some(id) = parts.next().and_then(|(_, text)| Id::parse(text)) {
            return Box::pin(ready(Ok(Self(id))));
        }
        let req = req.clone();
        let unknown = Problem::of(&catalogue::NOT_FOUND);
        Box::pin(async move { Err(after_check(&req, unknown).await) })
    }
}

/// The two ids in a path, the outer one first.
#[derive(Debug)]
pub struct Below<N: Noun, M: Noun>(pub Id<N>, pub Id<M>);

impl<N: Noun, M: Noun> FromRequest for Below<N, M> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parts = req.match_info().iter().map(|(_, text)| text);
        let outer = parts.next().and_then(Id::parse);
        let inner = parts.next().and_then(Id::parse);
        if let (Some(outer), Some(inner)) = (outer, inner) {
            return Box::pin(ready(Ok(Self(outer, inner))));
        }
        let req = req.clone();
        let unknown = Problem::of(&catalogue::NOT_FOUND);
        Box::pin(async move { Err(after_check(&req, unknown).await) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use latchkey_common::wire::call_key::KEY;
    use latchkey_common::wire::form::Form;

    use super::*;
    use crate::v1::ids::Account;

    #[derive(Debug, PartialEq)]
    struct Wish(i64);

    impl FromForm for Wish {
        fn from_form(form: &mut Form<'_>) -> Option<Self> {
            form.require("count");
            form.number("count", 1, 9).map(Self)
        }
    }

    async fn sent(body: &str, keys: &[&str]) -> Result<(Wish, Option<OneCall>), Problem> {
        let mut request = TestRequest::post()
            .uri("/v1/wishes")
            .insert_header(("content-type", "application/json"))
            .set_payload(body.to_owned());
        for key in keys {
            request = request.append_header((KEY, *key));
        }
        let (req, mut payload) = request.to_http_parts();
        let body = Body::<Wish>::from_request(&req, &mut payload).await?;
        Ok(body.of(Id::<Account>::of(1_i64)))
    }

    #[actix_web::test]
    async fn a_key_belongs_to_a_caller_and_a_body() {
        let (wish, call) = sent(r#"{"count": 3}"#, &["k-1"]).await.unwrap();
        let call = call.unwrap();
        assert_eq!(
            (wish, call.key.as_str(), call.caller.as_str()),
            (Wish(3), "k-1", "acc_1")
        );
        let (_, quoted) = sent(r#"{"count": 3}"#, &["\"k-1\""]).await.unwrap();
        assert_eq!(quoted, Some(call.clone()));
        let (_, other) = sent(r#"{"count": 4}"#, &["k-1"]).await.unwrap();
        assert_ne!(other.unwrap().fingerprint, call.fingerprint);
        assert_eq!(sent(r#"{"count": 3}"#, &[]).await.unwrap().1, None);
        for bad in [
            &["", ""][..1],
            &["a b"],
            &["a\"b"],
            &["a", "b"],
            &[&"k".repeat(256)],
        ] {
            assert_eq!(
                sent(r#"{"count": 3}"#, bad).await.unwrap_err().status(),
                400,
                "{bad:?}"
            );
        }
    }

    #[actix_web::test]
    async fn a_body_that_cannot_be_read_is_not_one_that_is_wrong() {
        for (body, status) in [
            ("{", 400),
            ("[]", 400),
            ("{}", 422),
            (r#"{"count": 0}"#, 422),
        ] {
            assert_eq!(
                sent(body, &[]).await.unwrap_err().status(),
                status,
                "{body}"
            );
        }
    }
}
