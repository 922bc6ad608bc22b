//! What a form of a page sends. A browser sends UTF-8: what is none was broken on the way or made by hand, and is refused instead
//! of being read as something else, a password too.

use std::fmt;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Query};
use actix_web::{FromRequest, HttpRequest, ResponseError};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;

use super::reader::is_form;

/// Bytes of the largest form: the longest message has 4,000 characters, each of them four bytes, and each byte three
/// signs.
const LARGEST: usize = 64 * 1024;

/// A form that came whole. Handlers take an `Option` of it, and have a page of their own where there is none.
#[derive(Debug)]
pub struct PageForm<T>(pub T);

impl<T> PageForm<T> {
    /// What was sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// A body that is no form, or none of this kind.
#[derive(Debug)]
pub struct NoForm;

impl fmt::Display for NoForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the form cannot be read")
    }
}

impl ResponseError for NoForm {
    fn status_code(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for PageForm<T> {
    type Error = NoForm;
    type Future = Pin<Box<dyn Future<Output = Result<Self, NoForm>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (is_form, body) = (is_form(req.headers()), Bytes::from_request(req, payload));
        Box::pin(async move {
            let body = body.await.map_err(|_too_long_or_cut| NoForm)?;
            if !is_form || body.len() > LARGEST {
                return Err(NoForm);
            }
            read(&body).map(Self).ok_or(NoForm)
        })
    }
}

/// `None` where a name or a value is no UTF-8, or the whole is not of this kind.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(body).ok()?;
    let is_text = percent_decode(body).decode_utf8().is_ok();
    let form = is_text.then(|| Query::from_query(text).ok()).flatten();
    form.map(Query::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs = Vec<(String, String)>;

    fn value(body: &[u8]) -> Option<String> {
        read::<Pairs>(body)?.pop().map(|(_, value)| value)
    }

    #[test]
    fn what_is_no_text_is_no_form() {
        for (body, typed) in [
            (&b"a=%C3%A4+b"[..], "\u{e4} b"),
            ("a=\u{e4}".as_bytes(), "\u{e4}"),
            (b"a=100%", "100%"),
            (b"a=%zz%4", "%zz%4"),
            (b"a=%EF%BF%BD", "\u{fffd}"),
            (b"a=%00", "\0"),
        ] {
            assert_eq!(value(body).as_deref(), Some(typed), "{body:?}");
        }
        for broken in [
            &b"a=%FF"[..],
            b"a=%C3",
            b"a=x&b=%C3%28",
            b"%FF=a",
            b"a=\xff",
            b"a=%ED%A0%80",
            b"a=%C3&b=%A4",
        ] {
            assert_eq!(value(broken), None, "{broken:?}");
        }
    }
}
