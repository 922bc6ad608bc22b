//! One attempt at one replica, and what is learnt of the replica by it.

use std::time::{Duration, Instant};

use reqwest::StatusCode;

use super::meet::said;
use super::{Inner, Replica};
use crate::fault::Source;
use crate::rpc::acquaintance::INSTALLATION;
use crate::rpc::context::{CLIENT, Context, DEADLINE, REQUEST_ID, TRACE_PARENT};

/// What an answer may take on its way.
const WAY: Duration = Duration::from_millis(100);

/// How an attempt ended.
pub(super) enum Attempt {
    Answered(StatusCode, Vec<u8>),
    /// It cannot have arrived.
    NotSent(Source),
    /// It may have been done.
    Unknown(Source),
    /// Its database is of another installation than ours.
    Strange(String),
}

impl Inner {
    pub(super) async fn attempt(
        &self,
        replica: &Replica,
        call: &str,
        context: &Context,
        body: Vec<u8>,
        patience: Duration,
    ) -> Attempt {
        let token = match self.key.token_for(self.name) {
            Ok(token) => token,
            Err(fault) => return Attempt::NotSent(fault.into()),
        };
        let (http, nth) = replica.pool.client();
        let mut request = http
            .post(format!("{}/internal/{}/{call}", replica.url, self.name))
            .bearer_auth(token.expose())
            .header("content-type", "application/json")
            .header(DEADLINE.as_str(), told(patience).as_millis().to_string())
            .header(REQUEST_ID.as_str(), &context.request_id)
            .timeout(patience)
            .body(body);
        if let Some(trace) = context.trace.header() {
            request = request.header(TRACE_PARENT.as_str(), trace.as_bytes());
        }
        let acquaintance = self.acquaintance.as_ref();
        if let Some(told) = acquaintance.and_then(|own| own.told_to(self.name)) {
            request = request.header(INSTALLATION.as_str(), told.as_bytes());
        }
        if let Some(client) = &context.client {
            request = request.header(CLIENT.as_str(), client);
        }
        // The patience is that of the whole answer, its body included.
        let whole = async {
            let answer = request.send().await?;
            let (status, said) = (answer.status(), said(&answer));
            Ok::<_, reqwest::Error>((status, said, answer.bytes().await?.into()))
        };
        match whole.await {
            Ok((status, said, body)) => {
                replica.pool.answered(nth);
                match self.hear(said).await {
                    Ok(()) => Attempt::Answered(status, body),
                    Err(sentence) => Attempt::Strange(sentence),
                }
            }
            Err(error) if error.is_connect() || error.is_builder() => {
                Attempt::NotSent(in_words(&error).into())
            }
            Err(error) => {
                // Who had little time left has learnt nothing.
                if error.is_timeout() && patience >= self.times.attempt_timeout {
                    self.renew(replica, nth);
                }
                Attempt::Unknown(in_words(&error).into())
            }
        }
    }

    fn renew(&self, replica: &Replica, nth: u64) {
        if replica.pool.renew(nth) {
            metrics::counter!("latchkey_peer_silences_total", "peer" => self.name).increment(1);
            tracing::warn!(
                peer = self.name,
                url = replica.url,
                "no answer over a connection that was good: all connections there are opened anew"
            );
        }
    }

    pub(super) fn note(&self, replica: &Replica, outcome: &Attempt) {
        match outcome {
            Attempt::Answered(..) | Attempt::Strange(_) => replica.circuit.answered(),
            Attempt::NotSent(_) | Attempt::Unknown(_) => replica.circuit.failed(Instant::now()),
        }
        metrics::gauge!("latchkey_peer_circuit_open", "peer" => self.name).set(if self.is_out() {
            1.0
        } else {
            0.0
        });
    }
}

/// How long the peer is told that it has: less than it is waited for, so that one that lives and is too
/// slow says so in time, and only from one that is not heard nothing comes.
fn told(patience: Duration) -> Duration {
    patience.saturating_sub((patience / 10).min(WAY))
}

/// An error with all that led to it, without the address's credentials.
fn in_words(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        words.push_str(": ");
        words.push_str(&inner.to_string());
        source = inner.source();
    }
    words
}
