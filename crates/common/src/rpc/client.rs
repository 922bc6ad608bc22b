//! The asking end of a call.

mod attempt;
mod meet;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::attempt::Attempt;
use super::Refusable;
use super::circuit::Circuit;
use super::context::{self, Context};
use super::keys::ServiceKey;
use super::pool::Pool;
use super::room::Room;
use super::settings::PeersSettings;
use crate::fault::{Fault, Source};
use crate::rpc::acquaintance::Acquaintance;
use crate::server::calls_to_peers;
use crate::wire::operator::Refusal;

/// Attempts at one call, the first included.
const ATTEMPTS: u32 = 4;
/// The pause before the second attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(20);

/// Whether a call may be made again when nobody knows what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing: tried again after a short while, at another replica if there is one.
    Freely,
    /// An act by key: the same key twice is one act. It may take as long as the caller waits.
    ByKey,
    /// It would be done twice: tried again only where it cannot have arrived.
    Never,
}

/// Where a peer is.
#[derive(Clone)]
pub struct PeerSettings {
    /// The name of the service.
    pub name: &'static str,
    /// `http://host:port` of each replica, or of a name that stands for all.
    pub urls: Vec<String>,
    /// Times and limits.
    pub peers: PeersSettings,
    /// What the one who asks knows of his installation.
    pub acquaintance: Option<Arc<Acquaintance>>,
}

/// Asks one service. Copies share connections and circuits.
#[derive(Clone)]
pub struct PeerClient(Arc<Inner>);

struct Inner {
    name: &'static str,
    key: Arc<ServiceKey>,
    replicas: Vec<Replica>,
    /// Whose turn it is.
    turn: AtomicUsize,
    /// Acts may take as long as a caller waits; they must not keep anybody from being known.
    questions: Room,
    acts: Room,
    times: PeersSettings,
    acquaintance: Option<Arc<Acquaintance>>,
}

struct Replica {
    url: String,
    circuit: Circuit,
    pool: Pool,
}

impl PeerClient {
    /// # Errors
    /// `Invalid` when no address is given, `Internal` when the HTTP client cannot be made.
    pub fn new(settings: &PeerSettings, key: Arc<ServiceKey>) -> Result<Self, Fault> {
        Self::with_room(settings, key, calls_to_peers())
    }

    pub(super) fn with_room(
        settings: &PeerSettings,
        key: Arc<ServiceKey>,
        calls: usize,
    ) -> Result<Self, Fault> {
        let times = settings.peers;
        if settings.urls.is_empty() {
            return Err(Fault::invalid(format!(
                "{0}.internal_url is not set: where {0} answers other services",
                settings.name
            )));
        }
        let replica = |url: &String| {
            Ok(Replica {
                url: url.trim_end_matches('/').to_owned(),
                circuit: Circuit::new(times.circuit_failures, times.circuit_pause),
                pool: Pool::new(times.connect_timeout)?,
            })
        };
        let replicas: Result<_, Fault> = settings.urls.iter().map(replica).collect();
        Ok(Self(Arc::new(Inner {
            name: settings.name,
            key,
            replicas: replicas?,
            turn: AtomicUsize::new(0),
            questions: Room::for_calls(calls),
            acts: Room::for_calls(calls),
            times,
            acquaintance: settings.acquaintance.clone(),
        })))
    }

    /// Asks. Refusals by a rule come back as the error's own variants.
    ///
    /// # Errors
    /// `Unavailable` when nobody answered in time: the outcome is unknown then.
    pub async fn ask<Q, A, E>(
        &self,
        call: &'static str,
        repeat: Repeat,
        question: &Q,
    ) -> Result<A, E>
    where
        Q: Serialize + Sync + ?Sized,
        A: DeserializeOwned,
        E: Refusable,
    {
        let began = Instant::now();
        let body = serde_json::to_vec(question).map_err(Fault::internal)?;
        let outcome = self.0.attempt_all(call, repeat, body, began).await;
        let name = self.0.name;
        let word = if outcome.is_ok() {
            "answered"
        } else {
            "failed"
        };
        metrics::counter!("latchkey_peer_calls_total",
            "peer" => name, "call" => call, "outcome" => word)
        .increment(1);
        metrics::histogram!("latchkey_peer_seconds", "peer" => name)
            .record(began.elapsed().as_secs_f64());
        let bytes = outcome?;
        let answer: Result<A, String> = serde_json::from_slice(&bytes).map_err(|error| {
            Fault::internal(format!("{name}/{call} answered nonsense: {error}"))
        })?;
        answer.map_err(|refusal| {
            E::of_name(&refusal).unwrap_or_else(|| {
                Fault::internal(format!("{name}/{call} refused with unknown {refusal:?}")).into()
            })
        })
    }

    /// True when no replica is asked at present but for trials.
    pub fn has_open_circuit(&self) -> bool {
        self.0.is_out()
    }
}

impl Inner {
    fn is_out(&self) -> bool {
        self.replicas.iter().all(|one| one.circuit.is_open())
    }

    async fn attempt_all(
        &self,
        call: &'static str,
        repeat: Repeat,
        body: Vec<u8>,
        began: Instant,
    ) -> Result<Vec<u8>, Fault> {
        let context = context::current().unwrap_or_else(|| Context::of_a_job(self.times.timeout));
        let deadline = context.deadline.min(began + self.times.timeout);
        let room = match repeat {
            Repeat::Freely => &self.questions,
            Repeat::ByKey | Repeat::Never => &self.acts,
        };
        let Some(_place) = room.take(deadline).await else {
            return Err(Fault::overloaded(self.name));
        };
        let mut pause = PAUSE;
        let mut last: Source = "its circuit is open".into();
        for nth in 1..=ATTEMPTS {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(replica) = self.next_replica().filter(|_| !left.is_zero()) else {
                break;
            };
            let patience = match repeat {
                Repeat::Freely => left.min(self.times.attempt_timeout),
                Repeat::ByKey | Repeat::Never => left,
            };
            let outcome = self
                .attempt(replica, call, &context, body.clone(), patience)
                .await;
            self.note(replica, &outcome);
            let may_repeat = match outcome {
                Attempt::Answered(StatusCode::SERVICE_UNAVAILABLE, _) => {
                    last = format!("{} answered 503", replica.url).into();
                    repeat != Repeat::Never
                }
                Attempt::Answered(status, body) => return self.read(status, body),
                Attempt::Strange(sentence) => return Err(Fault::unavailable(self.name, sentence)),
                Attempt::NotSent(source) => {
                    last = source;
                    true
                }
                Attempt::Unknown(source) => {
                    last = source;
                    repeat != Repeat::Never
                }
            };
            if !may_repeat || nth == ATTEMPTS || Instant::now() + pause >= deadline {
                break;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(Fault::unavailable(self.name, last))
    }

    /// The replicas take turns; one whose circuit is open is passed over.
    fn next_replica(&self) -> Option<&Replica> {
        let now = Instant::now();
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.replicas.len();
        let nth = |step: usize| self.replicas.get(first.wrapping_add(step) % count.max(1));
        let closed = (0..count)
            .filter_map(nth)
            .find(|one| !one.circuit.is_open());
        closed.or_else(|| {
            (0..count)
                .filter_map(nth)
                .find(|one| one.circuit.allows(now))
        })
    }

    /// The body of an answer, or the trouble that it tells of.
    fn read(&self, status: StatusCode, body: Vec<u8>) -> Result<Vec<u8>, Fault> {
        if status.is_success() {
            return Ok(body);
        }
        let sentence = serde_json::from_slice::<Refusal>(&body)
            .map_or_else(|_| String::new(), |refusal| refusal.error);
        Err(match status {
            StatusCode::BAD_REQUEST => Fault::invalid(sentence),
            StatusCode::TOO_MANY_REQUESTS => Fault::Busy {
                retry_after: crate::fault::RETRY_AFTER,
            },
            StatusCode::UNAUTHORIZED => Fault::unavailable(
                self.name,
                "it does not know our key: see its PUBLIC_KEY settings",
            ),
            // Nothing was done. While versions are exchanged, a replica may not know yet that we ask
            // this; it is as good as away then.
            StatusCode::FORBIDDEN => Fault::unavailable(
                self.name,
                format!("it does not answer us this call: {sentence}"),
            ),
            // Its database does not know ours, or knows it for another.
            StatusCode::CONFLICT => Fault::unavailable(self.name, sentence),
            _ => Fault::internal(format!("{} answered {status}: {sentence}", self.name)),
        })
    }
}

impl fmt::Debug for PeerClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerClient")
            .field("name", &self.0.name)
            .finish_non_exhaustive()
    }
}
