//! An answer of Discord's, or of what stands in front of it: JSON, or a page in HTML.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::error::{DiscordError, Refusal};
use super::pace::Limits;
use crate::domain::link::Code;

/// Real answers have two or three KiB; more is not read.
const LONGEST: usize = 256 * 1024;
/// Of what goes into logs, this many characters.
const LONGEST_MESSAGE: usize = 200;
/// How long to stay away when a refusal by rate does not say how long.
const UNSAID: Duration = Duration::from_secs(1);
/// At least this long after every refusal by rate, whatever it says: `0` must not make a busy loop.
const SHORTEST: Duration = Duration::from_millis(50);
/// Longer is never meant.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Status, headers and body.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    /// Null when the body is no JSON.
    body: Value,
}

impl Answer {
    pub(super) async fn read(mut response: Response) -> Result<Self, DiscordError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if bytes.len() + chunk.len() > LONGEST {
                bytes.clear();
                break;
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Self {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        })
    }

    /// The code of the invite that it shows.
    pub(super) fn code(&self) -> Option<Code> {
        Code::parse(self.body.get("code")?.as_str()?)
    }

    /// Itself as a refusal.
    pub(super) fn refusal(&self) -> Refusal {
        let message = self.body.get("message").and_then(Value::as_str);
        Refusal {
            status: self.status,
            code: self.body.get("code").and_then(Value::as_i64),
            message: message.map(|text| {
                let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
                line.take(LONGEST_MESSAGE).collect()
            }),
        }
    }

    /// What it says about our rate. Of several times the longest counts.
    pub(super) fn limits(&self) -> Limits {
        let is_refused = self.status == StatusCode::TOO_MANY_REQUESTS;
        let reset = self.seconds("x-ratelimit-reset-after");
        let is_empty = self.header("x-ratelimit-remaining") == Some("0");
        let said = self
            .body
            .get("retry_after")
            .and_then(Value::as_f64)
            .and_then(span)
            .max(self.seconds(RETRY_AFTER.as_str()));
        let wait = if is_refused {
            let wait = said.or(reset).unwrap_or(UNSAID).max(SHORTEST);
            Some(if is_empty {
                wait.max(reset.unwrap_or_default())
            } else {
                wait
            })
        } else {
            reset.filter(|_| is_empty)
        };
        let bucket = self.header("x-ratelimit-bucket").map(str::to_owned);
        Limits {
            is_global: is_refused && (self.says_global() || bucket.is_none() && said.is_none()),
            bucket,
            wait,
        }
    }

    fn says_global(&self) -> bool {
        self.body.get("global") == Some(&Value::Bool(true))
            || self.header("x-ratelimit-global") == Some("true")
            || self.header("x-ratelimit-scope") == Some("global")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    fn seconds(&self, name: &str) -> Option<Duration> {
        span(self.header(name)?.parse().ok()?)
    }
}

/// What is too long for a span is very long; what is negative or no number is nothing.
fn span(seconds: f64) -> Option<Duration> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(span) => Some(span.min(LONGEST_WAIT)),
        Err(_) if seconds > 0.0 => Some(LONGEST_WAIT),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn limits(status: u16, headers: &[(&'static str, &'static str)], body: Value) -> Limits {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body,
        };
        answer.limits()
    }

    fn millis(limits: &Limits) -> Option<u128> {
        limits.wait.map(|wait| wait.as_millis())
    }

    #[test]
    fn a_refusal_by_rate_says_how_long() {
        let body = || json!({"message": "x", "retry_after": 0.3, "global": false});
        let both = limits(429, &[("retry-after", "1")], body());
        assert_eq!((millis(&both), both.is_global), (Some(1000), false));
        assert_eq!(millis(&limits(429, &[], body())), Some(300));
        assert_eq!(
            millis(&limits(429, &[("retry-after", "2")], Value::Null)),
            Some(2000)
        );
        let reset = [
            ("x-ratelimit-reset-after", "0.4"),
            ("x-ratelimit-bucket", "b"),
        ];
        assert_eq!(millis(&limits(429, &reset, Value::Null)), Some(400));
        let unsaid = limits(429, &[], Value::Null);
        assert_eq!((millis(&unsaid), unsaid.is_global), (Some(1000), true));
    }

    #[test]
    fn global_limits_are_known_by_body_and_header() {
        let body = json!({"retry_after": 1, "global": true});
        assert!(limits(429, &[], body).is_global);
        let body = || json!({"retry_after": 1});
        assert!(limits(429, &[("x-ratelimit-global", "true")], body()).is_global);
        assert!(limits(429, &[("x-ratelimit-scope", "global")], body()).is_global);
        assert!(!limits(429, &[("x-ratelimit-scope", "shared")], body()).is_global);
    }

    #[test]
    fn an_empty_bucket_is_waited_for_after_a_success_too() {
        let of = |remaining| {
            let headers = [
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset-after", "1.5"),
            ];
            millis(&limits(200, &headers, Value::Null))
        };
        assert_eq!(of("0"), Some(1500));
        assert_eq!(of("1"), None);
    }

    #[test]
    fn odd_times_harm_nobody() {
        for (odd, wait) in [
            (json!(0), 50),
            (json!(-1), 1000),
            (json!("1"), 1000),
            (json!(null), 1000),
            (json!(1e300), 86_400_000),
        ] {
            let body = json!({"retry_after": odd});
            assert_eq!(millis(&limits(429, &[], body)), Some(wait), "{odd}");
        }
        for odd in ["", "NaN", "-5", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            let answer = limits(429, &[("retry-after", odd)], Value::Null);
            assert_eq!(millis(&answer), Some(1000), "{odd}");
        }
    }
}
