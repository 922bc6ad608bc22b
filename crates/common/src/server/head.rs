//! `HEAD`: what `GET` answers, without the body (RFC 9110, 9.3.2). Each route that takes the one takes the
//! other; here the body goes, and its length stays.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::Method;
use actix_web::web::Bytes;

/// What is sent of `body` to whoever asked with `method`: to `HEAD` nothing, but its size is told. One that goes
/// on for ever ends here.
pub(super) fn body_for(method: &Method, body: BoxBody) -> BoxBody {
    if *method != Method::HEAD {
        return body;
    }
    BoxBody::new(Absent(match body.size() {
        BodySize::Stream | BodySize::None => BodySize::None,
        BodySize::Sized(length) => BodySize::Sized(length),
    }))
}

struct Absent(BodySize);

impl MessageBody for Absent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
