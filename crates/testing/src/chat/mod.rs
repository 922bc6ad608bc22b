//! A client of the chat contract: one method a call (`calls.rs`), raw access to status, headers and
//! body ([`Answer`]), live events ([`Listener`]).

mod answer;
mod call;
mod calls;
mod listener;
pub mod problems;

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

pub use self::answer::{Answer, Cookie, members};
pub use self::call::Call;
pub use self::listener::Listener;
use crate::sse::Event;

/// Beyond this the server hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who talks to one server, with or without a session.
#[derive(Clone)]
pub struct Chat {
    http: reqwest::Client,
    base: String,
    session: Option<String>,
    is_observed: bool,
}

impl Chat {
    /// Nobody in particular at `base` (`http://host:port`). Has a connection pool of its own, which
    /// belongs to the runtime of the test that made it.
    pub fn at(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_certs_only([])
            .build()
            .expect("a client");
        Self {
            http,
            base: base.to_owned(),
            session: None,
            is_observed: true,
        }
    }

    /// The same client, of whose answers no observer hears: for what is no server of a contract.
    #[must_use]
    pub fn unobserved(mut self) -> Self {
        self.is_observed = false;
        self
    }

    /// The same client with the session `token`.
    #[must_use]
    pub fn with_session(&self, token: &str) -> Self {
        Self {
            session: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same client without a session.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self {
            session: None,
            ..self.clone()
        }
    }

    /// The same person on a connection of its own.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self {
            session: self.session.clone(),
            is_observed: self.is_observed,
            ..Self::at(&self.base)
        }
    }

    /// The session's token.
    pub fn session(&self) -> &str {
        self.session.as_deref().expect("signed in")
    }

    /// `http://host:port`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Signs in, which must succeed.
    #[must_use = "the answer is the client with the session"]
    pub async fn signed_in(&self, username: &str, password: &str) -> Self {
        let answer = self.anonymous().login(username, password).await.expect(200);
        self.with_session(&answer.cookie().value)
    }
}

/// Looks at everything that comes back, and panics at what it does not like.
pub trait Observer: Send + Sync {
    /// An answer to `method` on `path` (without its query).
    fn answer(&self, method: &str, path: &str, answer: &Answer);
    /// An event of a live stream.
    fn event(&self, event: &Event);
}

static OBSERVER: OnceLock<Box<dyn Observer>> = OnceLock::new();

/// Shows `observer` what any client gets from now on. The first observer stays.
pub fn observe(observer: impl Observer + 'static) {
    drop(OBSERVER.set(Box::new(observer)));
}

fn observed(method: &str, path: &str, answer: &Answer) {
    if let Some(observer) = OBSERVER.get() {
        observer.answer(method, path.split('?').next().unwrap_or(path), answer);
    }
}

fn heard(event: &Event) {
    if let Some(observer) = OBSERVER.get() {
        observer.event(event);
    }
}

/// `text` for a place in a URL's query.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").expect("a string takes text");
        }
    }
    escaped
}
