//! `latchkey healthcheck`: what containers ask, so that no image needs a client of its own.

use std::time::Duration;

use latchkey_common::config::Settings;
use latchkey_common::server::PROCESS;

use serde_json::json;

use crate::output::{Trouble, answer, say};

/// Longer than a check may take inside the server.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks the running server's readiness.
pub async fn healthcheck(settings: &Settings) -> Result<(), Trouble> {
    let said = ask(&settings.edge()?.internal_listen).await?;
    let lines: Vec<&str> = said.trim_end().lines().collect();
    answer(&json!({ "is_ready": true, "said": lines }));
    lines.into_iter().for_each(say);
    Ok(())
}

/// What readiness says; not ready, and not there, is an error.
pub async fn ask(internal: &str) -> Result<String, Trouble> {
    match ask_which(internal).await?.state {
        State::Ready(text) => Ok(text),
        State::NotReady(text) => Err(Trouble::said(text)),
    }
}

/// How a server is, and which it is.
pub struct Health {
    /// How it is.
    pub state: State,
    /// The name of its process; `None` before versions that have one.
    pub process: Option<String>,
}

/// What readiness says.
pub enum State {
    /// Requests may come.
    Ready(String),
    /// Why they may not.
    NotReady(String),
}

/// What readiness says, and who; not there is an error.
pub async fn ask_which(internal: &str) -> Result<Health, Trouble> {
    // A listener on all addresses is asked on this machine's own.
    let address = internal
        .replace("0.0.0.0", "127.0.0.1")
        .replace("[::]", "[::1]");
    let trouble = |error: reqwest::Error| {
        Trouble::said(format!(
            "no answer from the server on {address}: {}",
            error.without_url()
        ))
    };
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .tls_certs_only([])
        .build()
        .map_err(trouble)?;
    let answer = client
        .get(format!("http://{address}/healthz/ready"))
        .send()
        .await
        .map_err(trouble)?;
    let is_ready = answer.status().is_success();
    let process = answer.headers().get(PROCESS);
    let process = process.and_then(|id| Some(id.to_str().ok()?.to_owned()));
    let text = answer.text().await.map_err(trouble)?;
    let state = if is_ready {
        State::Ready(text)
    } else {
        State::NotReady(text.trim_end().to_owned())
    };
    Ok(Health { state, process })
}
