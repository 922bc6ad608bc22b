//! What the service answered.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, SET_COOKIE};
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The end of a problem's `type`.
    pub(crate) fn problem(&self) -> String {
        let kind = self.json()["type"].as_str().unwrap_or_default().to_owned();
        kind.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The value of a cookie that is set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let line = self.cookie_line(name)?;
        let value = line.split(';').next()?.split_once('=')?.1;
        Some(value.to_owned())
    }

    /// The whole line that sets this cookie.
    pub(crate) fn cookie_line(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(SET_COOKIE);
        let mut lines = lines.map(|line| line.to_str().unwrap());
        let line = lines.find(|line| line.starts_with(&format!("{name}=")))?;
        Some(line.to_owned())
    }

    pub(crate) fn set_cookie(&self) -> Option<String> {
        let line = self.headers.get(SET_COOKIE)?;
        Some(line.to_str().unwrap().to_owned())
    }

    /// A success without a body, as the contract wants it.
    pub(crate) fn assert_empty_success(&self) {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.json());
        assert!(self.body.is_empty());
        assert!(!self.headers.contains_key("content-type"));
    }
}
