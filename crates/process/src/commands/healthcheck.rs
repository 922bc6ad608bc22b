//! `latchkey healthcheck`: what containers ask, so that no image needs a client of its own.

use std::time::Duration;

use latchkey_common::config::Settings;

use crate::output::{Trouble, say};

/// Longer than a check may take inside the server.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks the running server's readiness.
pub async fn healthcheck(settings: &Settings) -> Result<(), Trouble> {
    let answer = ask(&settings.edge()?.internal_listen).await?;
    say(answer.trim_end());
    Ok(())
}

/// What readiness says; not ready, and not there, is an error.
pub async fn ask(internal: &str) -> Result<String, Trouble> {
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
    let text = answer.text().await.map_err(trouble)?;
    if is_ready {
        Ok(text)
    } else {
        Err(Trouble::said(text.trim_end()))
    }
}
