//! What an operator's command is about, for the trail.

use std::future::ready;

use actix_web::Error;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::once;
use serde_json::{Map, Value};

/// A command of the operator, on its way.
#[derive(Debug)]
pub(super) struct Command {
    /// Its path: there is no other spelling of it.
    pub(super) path: String,
    /// Whom or what it names, as `member=value`.
    pub(super) target: String,
}

/// Members of bodies whose text says whom or what a command is about. Of all others only numbers and yes or no are
/// shown: a text may be a secret, as what `show` looks for may be an invitation's.
const NAMES: [&str; 12] = [
    "choir", "creator", "email", "group", "invitee", "kind", "name", "owner", "path", "scopes",
    "user", "username",
];

/// Characters of a text that are shown: enough for every name.
const SHOWN: usize = 100;

impl Command {
    /// Reads the body, and leaves it to the handler.
    ///
    /// # Errors
    /// The body is larger than any command's, or ended before its time.
    pub(super) async fn of(path: &str, req: &mut ServiceRequest) -> Result<Self, Error> {
        let body = req.extract::<Bytes>().await?;
        let members: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
        let whole: Body = Box::pin(once(ready(Ok(body))));
        req.set_payload(Payload::from(whole));
        Ok(Self {
            path: path.to_owned(),
            target: target(&members),
        })
    }
}

type Body = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

fn target(members: &Map<String, Value>) -> String {
    let shown = |(name, value): (&String, &Value)| match value {
        Value::Number(_) | Value::Bool(_) => Some(format!("{name}={value}")),
        Value::String(text) if NAMES.contains(&name.as_str()) => {
            let text: String = text.chars().take(SHOWN).collect();
            Some(format!("{name}={text}"))
        }
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let all: Vec<String> = members.iter().filter_map(shown).collect();
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_target_has_names_and_numbers_and_no_secret() {
        let Value::Object(members) = json!({
            "username": "john", "password": "hunter2", "id": "a-token", "uses": 3, "super_user": true,
            "email": null, "deep": {"username": "x"}, "name": "n".repeat(300),
        }) else {
            panic!("an object");
        };
        let shown = target(&members);
        for part in ["username=john", "uses=3", "super_user=true"] {
            assert!(shown.contains(part), "{shown}");
        }
        for secret in ["hunter2", "a-token", "deep", "email"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.len() < 200, "{shown}");
    }
}
