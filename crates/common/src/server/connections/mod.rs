//! Connections: how many there may be, how long a client may take, and what it may hold. The
//! framework's own limits cover the first head of a connection and nothing else, so that half a head
//! on the second request, a body that nobody reads, or an answer that nobody takes would hold a
//! connection without end. Nothing here knows a path or a rule of a contract.
//!
//! The framework parses requests and writes answers as ever; it does so over a [`line::Line`] of
//! ours instead of a socket. That is the smallest place where all of it can be bounded, because
//! every byte comes through it:
//!
//! - A talk ([`talk`]) with each client knows whose turn it is. Every head has a deadline, and every
//!   body, whether somebody reads it or not; an idle connection is kept for `keep_alive_seconds`; a
//!   client that takes nothing of its answer for `answer_timeout_seconds` is cut off. A socket that
//!   is not taken from becomes writable only when a third of its buffer is free, so that a drip is
//!   no progress.
//! - Bytes are handed to the framework one request at a time and, of a body, no faster than it is
//!   read ([`framing`] finds the ends). Else it would parse what was sent ahead, thousands of small
//!   requests at once, and keep them.
//! - Answers are handed on in pieces ([`exchange`]), so that what a client does not take is at most
//!   one of them in its connection's buffer, beside what the answer itself holds. Large bodies and
//!   answers that are nobody else's are counted for all connections together.
//! - The crowd ([`crowd`]) counts connections, in all and per address, below the limit of open
//!   files, and lets whoever has had a place longest without a pause make room. Deadlines have no timers:
//!   a job looks round four times a second, so a request costs a few loads and stores.

mod crowd;
mod exchange;
mod framing;
mod hang_up;
mod kept_body;
mod line;
mod losses;
mod member;
mod members;
mod state;
mod talk;
mod terms;

#[cfg(test)]
mod tests;

use std::future::ready;
use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::{HttpService, KeepAlive, Protocol, Request, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;

use self::crowd::{Bounds, Crowd};
use self::exchange::WRITE_BUFFER;
use self::line::Line;
use self::terms::Terms;
use super::files::Shares;
use super::network::Network;
use super::settings::{EdgeSettings, ServerSettings};
use crate::fault::Fault;
use crate::jobs::Job;

pub use self::hang_up::HangUp;
pub(crate) use self::kept_body::KeptBody;
pub(super) use self::talk::Talk;

/// How often it is looked for connections whose time is over. No deadline is shorter than a second.
const ROUND: Duration = Duration::from_millis(250);

/// What a connection with an unread body has to see its answer before it is closed.
const LINGER: Duration = Duration::from_secs(1);

/// Accepted connections that have not been counted yet. Beyond them nothing is accepted, so that a
/// burst does not use files up before anybody looks.
const UNCOUNTED: usize = 64;

/// A listener of ours and its bounds.
pub(super) struct Entrance {
    crowd: Arc<Crowd>,
    terms: Terms,
    settings: ServerSettings,
    connections: usize,
}

impl Entrance {
    /// For everybody.
    pub(super) fn public(settings: &EdgeSettings, shares: &Shares) -> Self {
        let bounds = Bounds {
            connections: shares.public,
            strangers: Some(settings.server.stranger_connections),
            per_person: settings.server.connections_per_person,
            per_address: shares.per_address,
            held_bytes: settings.server.held_bytes,
            trusted: settings.trusted_proxies.clone(),
        };
        Self::new("public", &settings.server, bounds)
    }

    /// For other services, the operator and probes. They are trusted not to attack.
    pub(super) fn internal(settings: &EdgeSettings, shares: &Shares) -> Self {
        let bounds = Bounds {
            connections: shares.internal,
            strangers: None,
            per_person: shares.internal,
            per_address: None,
            held_bytes: settings.server.held_bytes,
            trusted: everybody(),
        };
        Self::new("internal", &settings.server, bounds)
    }

    fn new(listener: &'static str, settings: &ServerSettings, bounds: Bounds) -> Self {
        Self {
            connections: bounds.connections,
            crowd: Crowd::new(listener, bounds),
            settings: *settings,
            terms: Terms {
                head: milliseconds(settings.header_timeout),
                keep_alive: milliseconds(settings.keep_alive),
                body: milliseconds(settings.body_timeout),
                answer: milliseconds(settings.answer_timeout),
                head_bytes: settings.head_limit,
            },
        }
    }

    /// Keeps the deadlines.
    pub(super) fn watch_job(&self) -> Job {
        let crowd = Arc::clone(&self.crowd);
        Job::every("watch-connections", ROUND, move || {
            crowd.look_round();
            ready(Ok(()))
        })
    }

    /// Waits for clients no longer, because the server stops.
    pub(super) fn hurry(&self) {
        self.crowd.hurry();
    }

    /// Serves what `application` makes, once a worker.
    pub(super) fn serve<F, I, S>(
        &self,
        listener: TcpListener,
        workers: Option<NonZeroUsize>,
        application: F,
    ) -> Result<Server, Fault>
    where
        F: Fn() -> I + Clone + Send + 'static,
        I: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig> + 'static,
        S::Service: Service<Request, Future: 'static>,
        S::Response: Into<Response<BoxBody>> + 'static,
        S::Error: Into<actix_web::Error> + 'static,
        S::InitError: std::fmt::Debug,
    {
        let workers =
            workers.unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN));
        let address = listener.local_addr().map_err(Fault::internal)?;
        let builder = ServerBuilder::new()
            .workers(workers.get())
            .max_concurrent_connections((self.connections + UNCOUNTED).div_ceil(workers.get()))
            .shutdown_timeout(self.settings.stop.as_secs())
            .disable_signals();
        let (crowd, terms) = (Arc::clone(&self.crowd), self.terms);
        let body_timeout = self.settings.body_timeout;
        let stopping = builder.graceful_shutdown_signal();
        let entrance = move || {
            let (crowd, stopping) = (Arc::clone(&crowd), stopping.clone());
            let application = application()
                .into_factory()
                .map_err(|error| error.into().error_response());
            let application = map_config(application, |()| AppConfig::default());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                // Both are the talk's.
                .keep_alive(KeepAlive::Os)
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(LINGER)
                .h1_write_buffer_size(WRITE_BUFFER)
                .local_addr(address)
                .on_connect_ext(|line: &Line<TcpStream>, data| {
                    data.insert::<Rc<Talk>>(line.talk());
                })
                .finish(exchange::beside(application, body_timeout));
            fn_service(move |io: TcpStream| ready(enter(&crowd, terms, io))).and_then(http)
        };
        let server = builder
            .listen(self.crowd.losses().listener(), listener, entrance)
            .map_err(Fault::internal)?;
        Ok(server.run())
    }
}

type Entered = (Line<TcpStream>, Protocol, Option<std::net::SocketAddr>);

/// A connection that is not let in is closed without a word: words would have to be waited for.
fn enter(
    crowd: &Arc<Crowd>,
    terms: Terms,
    io: TcpStream,
) -> Result<Entered, actix_http::error::DispatchError> {
    let peer = io.peer_addr()?;
    // Answers are written in pieces that are as large as they can be; none has to wait for more.
    io.set_nodelay(true)?;
    let Some(place) = crowd.admit(peer.ip()) else {
        return Err(std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into());
    };
    Ok((Line::new(io, place, terms), Protocol::Http1, Some(peer)))
}

/// A time of the settings, as terms have it.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX >> 1)
}

fn everybody() -> Vec<Network> {
    ["0.0.0.0/0", "::/0"]
        .into_iter()
        .filter_map(Network::parse)
        .collect()
}
