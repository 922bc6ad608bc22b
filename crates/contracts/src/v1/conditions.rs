//! What a client must have seen of a thing before it edits it.

use std::future::ready;

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::after_check;

use super::answer::Answer;
use super::problem::{Problem, catalogue};

/// The tags that `If-Match` names. An edit without it is refused: it could undo what somebody else has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Vec<String>);

impl IfMatch {
    /// True where this is a state that the client means. Compares strongly (RFC 9110, 13.1.1), so that a weak tag
    /// fits nothing.
    pub fn means(&self, state: &Answer) -> bool {
        self.0
            .iter()
            .any(|tag| tag == "*" || Some(tag.as_str()) == state.tag())
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let headers = req.headers().get_all(IF_MATCH);
        let texts = headers.filter_map(|header| header.to_str().ok());
        let tags = texts.flat_map(|header| header.split(',')).map(str::trim);
        let tags: Vec<String> = tags.map(str::to_owned).collect();
        if !tags.is_empty() {
            return Box::pin(ready(Ok(Self(tags))));
        }
        let req = req.clone();
        let missing = Problem::of(&catalogue::PRECONDITION_REQUIRED);
        Box::pin(async move { Err(after_check(&req, missing).await) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    #[actix_web::test]
    async fn one_must_have_seen_this_state() {
        let state = Answer::of(&json!({"id": "inv_1"})).unwrap();
        let tag = state.tag().unwrap().to_owned();
        for (sent, fits) in [
            (tag.clone(), true),
            (format!("\"x\", {tag}"), true),
            ("*".to_owned(), true),
            (format!("W/{tag}"), false),
            ("\"x\"".to_owned(), false),
            (String::new(), false),
        ] {
            let request = TestRequest::patch().insert_header((IF_MATCH, sent.as_str()));
            let asked = IfMatch::from_request(&request.to_http_request(), &mut Payload::None).await;
            assert_eq!(asked.unwrap().means(&state), fits, "{sent}");
        }
        let bare = TestRequest::patch().to_http_request();
        let refused = IfMatch::from_request(&bare, &mut Payload::None).await;
        assert_eq!(refused.unwrap_err().status(), 428);
    }
}
