//! What is learnt of the installation that a peer is of.

use actix_web::http::header::HeaderValue;

use super::{Inner, PeerClient};
use crate::rpc::acquaintance::INSTALLATION;

impl PeerClient {
    /// Learns of the installation that the peer is of, where nothing else is to be asked yet. Whoever is
    /// not there is met later.
    pub async fn meet(&self) {
        let inner = &self.0;
        for replica in &inner.replicas {
            let (http, _) = replica.pool.client();
            let asked = http
                .get(format!("{}/healthz/live", replica.url))
                .timeout(inner.times.attempt_timeout);
            if let Ok(answer) = asked.send().await {
                // A mix is told by readiness, and in the log.
                drop(inner.hear(said(&answer)).await);
            }
        }
    }
}

impl Inner {
    /// Holds what an answer says against what is known here.
    pub(super) async fn hear(&self, said: Option<HeaderValue>) -> Result<(), String> {
        match (&self.acquaintance, said) {
            (Some(own), Some(said)) => own.hear(self.name, &said).await,
            _ => Ok(()),
        }
    }
}

/// What an answer says of the installation that it comes from.
pub(super) fn said(answer: &reqwest::Response) -> Option<HeaderValue> {
    let said = answer.headers().get(INSTALLATION.as_str())?;
    HeaderValue::from_bytes(said.as_bytes()).ok()
}
