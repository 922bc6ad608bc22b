//! A request before it is sent: awaiting it sends it.

use std::pin::Pin;

use reqwest::header::{CONTENT_TYPE, COOKIE};
use reqwest::{Body, Method};
use serde_json::Value;

use super::{Answer, Chat, PATIENCE, observed};

/// A call that can be changed before it is awaited. Awaiting panics when there is no answer at all;
/// [`Call::attempt`] does not.
#[must_use = "a call is sent by awaiting it"]
pub struct Call {
    chat: Chat,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    content_type: Option<String>,
    body: Option<Body>,
}

impl Chat {
    /// Any request; `path` may carry a query.
    pub fn call(&self, method: Method, path: impl Into<String>) -> Call {
        Call {
            chat: self.clone(),
            method,
            path: path.into(),
            headers: Vec::new(),
            content_type: None,
            body: None,
        }
    }

    /// A GET.
    pub fn get(&self, path: impl Into<String>) -> Call {
        self.call(Method::GET, path)
    }

    /// A POST with a JSON body.
    pub fn post(&self, path: impl Into<String>, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }
}

impl Call {
    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A JSON body in place of the present one.
    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string()).content_type("application/json")
    }

    /// Any body in place of the present one; the content type stays.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Another content type; an empty one is left out.
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.content_type = Some(content_type.to_owned()).filter(|text| !text.is_empty());
        self
    }

    /// Sends it; no answer (the server is gone) is an `Err`.
    pub async fn attempt(self) -> Result<Answer, reqwest::Error> {
        let (method, path) = (self.method.clone(), self.path.clone());
        let is_observed = self.chat.is_observed;
        let response = self.request().timeout(PATIENCE).send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await?.to_vec();
        let answer = Answer {
            what: format!("{method} {path}"),
            status,
            headers,
            body,
        };
        if is_observed {
            observed(method.as_str(), &path, &answer);
        }
        Ok(answer)
    }

    /// The request without a deadline, for streams.
    pub(super) fn request(self) -> reqwest::RequestBuilder {
        let url = format!("{}{}", self.chat.base, self.path);
        let mut request = self.chat.http.request(self.method, url);
        if let Some(session) = &self.chat.session {
            request = request.header(COOKIE, format!("t={session}"));
        }
        if let Some(content_type) = &self.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match self.body {
            Some(body) => request.body(body),
            None => request,
        }
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = format!("{} {}", self.method, self.path);
            self.attempt()
                .await
                .unwrap_or_else(|error| panic!("{what}: no answer: {error:?}"))
        })
    }
}
