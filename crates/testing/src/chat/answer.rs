//! What came back, and what a test says about it.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LINK, RETRY_AFTER, SET_COOKIE};
use serde_json::Value;

use super::problems;

/// An answer. Every failed expectation shows all of it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Method and path of the request.
    pub what: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// A `Set-Cookie`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// The value.
    pub value: String,
    /// Attributes; names in lower case, flags with an empty value.
    pub attributes: BTreeMap<String, String>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The content type without its parameters.
    pub fn content_type(&self) -> Option<&str> {
        let full = self.header(CONTENT_TYPE.as_str())?;
        full.split(';').next().map(str::trim)
    }

    /// Asks for a status.
    #[track_caller]
    #[must_use = "or look at the status alone"]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// The body as JSON, which its content type must call it.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.content_type(), Some("application/json"), "{self}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Asks for a success with this status, and gives its JSON.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        self.expect(status).json()
    }

    /// Asks for an empty success: 200, `Content-Length: 0`, no content type, no body.
    #[track_caller]
    pub fn done(self) {
        assert_eq!(self.status, 200, "{self}");
        assert_eq!(self.header(CONTENT_TYPE.as_str()), None, "{self}");
        assert_eq!(self.header(CONTENT_LENGTH.as_str()), Some("0"), "{self}");
        assert!(self.body.is_empty(), "{self}");
    }

    /// Asks for the problem `suffix`, exactly as the contract has it: status, media type, the four
    /// members and no other, type, and, where the document gives them, title and detail.
    #[track_caller]
    pub fn refused(&self, suffix: &str) {
        self.refused_saying(suffix, None);
    }

    /// Asks for the refusal of a page of another site. Its detail names the page's origin, as `page`
    /// shows it, and the setting.
    #[track_caller]
    pub fn refused_page(&self, page: &str) {
        self.refused_saying("no-permission", Some(&[page, "allowed_origins"]));
    }

    #[track_caller]
    fn refused_saying(&self, suffix: &str, parts: Option<&[&str]>) {
        let wanted = problems::find(suffix);
        assert_eq!(self.status, wanted.status, "wanted {suffix}: {self}");
        assert_eq!(self.problem_suffix().as_deref(), Some(suffix), "{self}");
        let body: Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!(
            members(&body),
            BTreeSet::from(["detail", "status", "title", "type"]),
            "{self}"
        );
        assert_eq!(body.get("status"), Some(&wanted.status.into()), "{self}");
        for (member, text) in [("title", wanted.title), ("detail", wanted.detail)] {
            let shown = body.get(member).and_then(Value::as_str).unwrap_or_default();
            assert!(!shown.is_empty(), "{member} is empty: {self}");
            let is_ours = member == "detail" && wanted.other_details.contains(&shown);
            match parts.filter(|_| member == "detail") {
                Some(parts) => assert!(parts.iter().all(|part| shown.contains(part)), "{self}"),
                None => assert!(
                    is_ours || text.is_none_or(|text| text == shown),
                    "{member}: {self}"
                ),
            }
        }
    }

    /// The same, with this sentence as its detail.
    #[track_caller]
    pub fn refused_with(&self, suffix: &str, detail: &str) {
        self.refused(suffix);
        let body: Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!(body["detail"], detail, "{self}");
    }

    /// The end of a problem's type; `None` when the answer is no problem.
    pub fn problem_suffix(&self) -> Option<String> {
        if self.content_type() != Some("application/problem+json") {
            return None;
        }
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let kind = body.get("type")?.as_str()?;
        kind.strip_prefix(problems::PREFIX).map(str::to_owned)
    }

    /// The cookie `t` that the answer sets, which must be exactly one.
    #[track_caller]
    pub fn cookie(&self) -> Cookie {
        let mut found = self.cookies();
        assert_eq!(found.len(), 1, "one Set-Cookie for t: {self}");
        found.remove(0)
    }

    /// Every cookie `t` that the answer sets.
    pub fn cookies(&self) -> Vec<Cookie> {
        let lines = self.headers.get_all(SET_COOKIE).iter();
        lines
            .filter_map(|line| Cookie::parse(line.to_str().ok()?))
            .collect()
    }

    /// Asks for a `Retry-After` in whole seconds, at least one.
    #[track_caller]
    pub fn retry_after(&self) -> u64 {
        let text = self.header(RETRY_AFTER.as_str()).unwrap_or_default();
        let seconds = text
            .parse()
            .unwrap_or_else(|_| panic!("Retry-After {text:?}: {self}"));
        assert!(seconds > 0, "{self}");
        seconds
    }

    /// The path and query of `Link: <..>; rel="next"`.
    pub fn next_page(&self) -> Option<String> {
        let headers = self.headers.get_all(LINK).iter();
        headers
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .find(|link| link.contains("rel=\"next\""))
            .and_then(|link| link.split_once('<')?.1.split_once('>'))
            .map(|(target, _)| match target.split_once("://") {
                Some((_, rest)) => {
                    format!("/{}", rest.split_once('/').map_or("", |(_, path)| path))
                }
                None => target.to_owned(),
            })
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, status, .. } = self;
        writeln!(f, "{what} answered {status}")?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        let body: String = self.text().chars().take(2000).collect();
        write!(f, "\n{body}")
    }
}

impl Cookie {
    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split(';').map(str::trim);
        let value = parts.next()?.strip_prefix("t=")?.to_owned();
        let attributes = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Some(Self { value, attributes })
    }

    /// True when it takes the cookie away.
    pub fn clears(&self) -> bool {
        self.value.is_empty() && self.attributes.get("max-age").map(String::as_str) == Some("0")
    }
}

/// The names of an object's members.
#[track_caller]
pub fn members(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
        .keys()
        .map(String::as_str)
        .collect()
}
