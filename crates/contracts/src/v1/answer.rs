//! An answer as it is kept for a call that is made again, and the conditions under which one is sent.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, LOCATION,
};
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use serde::{Deserialize, Serialize};

pub use latchkey_common::wire::call_key::REPLAYED;

/// An answer about a single thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    status: u16,
    /// Where the thing lies that was made.
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

impl Answer {
    /// A thing, with the tag of this state of it.
    ///
    /// # Errors
    /// `Internal` when it cannot be written as JSON.
    pub fn of(thing: &impl Serialize) -> Result<Self, Fault> {
        let body =
            serde_json::to_string(thing).map_err(|error| Fault::internal(error.to_string()))?;
        Ok(Self {
            status: 200,
            location: None,
            etag: Some(etag(&body)),
            body,
        })
    }

    /// The same for a thing that was just made and lies there. `tagged` is the thing as it is shown there: the
    /// answer may have a secret beside it, which is shown once.
    ///
    /// # Errors
    /// As [`Answer::of`].
    pub fn made(
        thing: &impl Serialize,
        tagged: &impl Serialize,
        location: String,
    ) -> Result<Self, Fault> {
        Ok(Self {
            status: 201,
            location: Some(location),
            etag: Self::of(tagged)?.etag,
            ..Self::of(thing)?
        })
    }

    /// A thing whose outcome is not known yet; there it will be told.
    ///
    /// # Errors
    /// As [`Answer::of`].
    pub fn begun(thing: &impl Serialize, location: String) -> Result<Self, Fault> {
        Ok(Self {
            status: 202,
            location: Some(location),
            ..Self::of(thing)?
        })
    }

    /// The tag of the state that is shown.
    pub fn tag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The answer on the wire. A secret may stand in it, so that nobody keeps it.
    pub fn response(self, is_replay: bool) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut answer = HttpResponse::build(status);
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")));
        answer.insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")));
        if let Some(location) = self.location {
            answer.insert_header((LOCATION, location));
        }
        if let Some(etag) = self.etag {
            answer.insert_header((ETAG, etag));
        }
        if is_replay {
            answer.insert_header((REPLAYED, HeaderValue::from_static("true")));
        }
        answer.body(self.body)
    }

    /// The answer to a GET: 304 where the client has this state already.
    pub fn unless_known(self, req: &HttpRequest) -> HttpResponse {
        let known = req.headers().get_all(IF_NONE_MATCH);
        let known = known.filter_map(|header| header.to_str().ok());
        let mut tags = known.flat_map(|header| header.split(',')).map(str::trim);
        match self.etag {
            Some(etag) if tags.any(|tag| tag == "*" || weakly(tag) == etag) => {
                HttpResponse::NotModified()
                    .insert_header((ETAG, etag))
                    .finish()
            }
            _ => {
                let mut answer = self.response(false);
                let private = HeaderValue::from_static("private, no-cache");
                answer.headers_mut().insert(CACHE_CONTROL, private);
                answer
            }
        }
    }
}

/// `If-None-Match` compares weakly (RFC 9110, 13.1.2).
fn weakly(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// A strong tag (RFC 9110, 8.8.3): of the bytes that are shown, so that no change of them goes unseen.
fn etag(body: &str) -> String {
    let hash = TokenHash::of(body);
    let half = hash.as_bytes().first_chunk().copied().unwrap_or_default();
    format!("\"{:032x}\"", u128::from_be_bytes(half))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    fn tag(answer: &HttpResponse) -> String {
        answer
            .headers()
            .get(ETAG)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let thing = Answer::of(&json!({"id": "inv_1"})).unwrap();
        let shown = thing
            .clone()
            .unless_known(&TestRequest::get().to_http_request());
        assert_eq!(shown.status(), 200);
        let etag = tag(&shown);
        for (known, status) in [
            (etag.clone(), 304),
            (format!("\"x\", W/{etag}"), 304),
            ("*".to_owned(), 304),
            ("\"x\"".to_owned(), 200),
        ] {
            let request = TestRequest::get().insert_header((IF_NONE_MATCH, known));
            let answer = thing.clone().unless_known(&request.to_http_request());
            assert_eq!(
                (answer.status().as_u16(), tag(&answer)),
                (status, etag.clone())
            );
        }
        let other = Answer::of(&json!({"id": "inv_2"})).unwrap();
        assert_ne!(tag(&other.response(false)), etag);
    }

    #[test]
    fn an_answer_survives_being_kept() {
        let thing = json!({"id": "inv_1"});
        let with_secret = json!({"id": "inv_1", "secret": "s"});
        let made = Answer::made(&with_secret, &thing, "/v1/invitations/inv_1".to_owned()).unwrap();
        let kept: Answer = serde_json::from_str(&serde_json::to_string(&made).unwrap()).unwrap();
        assert_eq!(kept, made);
        let again = kept.response(true);
        assert_eq!(again.status(), 201);
        assert_eq!(again.headers().get(REPLAYED).unwrap(), "true");
        assert_eq!(again.headers().get(CACHE_CONTROL).unwrap(), "no-store");
        assert_eq!(
            tag(&again),
            tag(&Answer::of(&thing).unwrap().response(false))
        );
    }
}
