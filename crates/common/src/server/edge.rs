//! What all threads of a server share.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::cookie::Cookie;
use actix_web::dev::RequestHead;
use actix_web::http::header::HeaderValue;
use tokio_util::sync::CancellationToken;

use super::contract::Contract;
use super::settings::EdgeSettings;
use super::turns::Turns;
use crate::auth::{device_cookies, session_cookie};
use crate::clock::{Clock, Millis};
use crate::rate_limit::Limits;
use crate::secret::Secret;

/// Settings, clock, limits and the stop of one server. Copies share them.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    settings: EdgeSettings,
    strict_transport: Option<HeaderValue>,
    clock: Clock,
    limits: Limits,
    turns: Arc<Turns>,
    streams: CancellationToken,
    is_draining: AtomicBool,
    bound: OnceLock<SocketAddr>,
    contracts: OnceLock<Vec<&'static Contract>>,
    endless: OnceLock<Vec<String>>,
}

impl Edge {
    /// The shared part of a server that is about to start.
    pub fn new(settings: EdgeSettings, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            limits: Limits::new(&settings.limits),
            strict_transport: strict_transport(&settings),
            turns: Turns::new(&settings),
            settings,
            clock,
            streams: CancellationToken::new(),
            is_draining: AtomicBool::new(false),
            bound: OnceLock::new(),
            contracts: OnceLock::new(),
            endless: OnceLock::new(),
        }))
    }

    /// The settings in force.
    pub fn settings(&self) -> &EdgeSettings {
        &self.0.settings
    }

    /// What is told to browsers about https, where people come over that.
    pub(super) fn strict_transport(&self) -> Option<&HeaderValue> {
        self.0.strict_transport.as_ref()
    }

    /// The process clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The limits by rate.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Turns to answer what may be long.
    pub(super) fn turns(&self) -> &Arc<Turns> {
        &self.0.turns
    }

    /// The cookie that carries `token`, sent at login.
    pub fn session_cookie(&self, token: &Secret) -> Cookie<'static> {
        session_cookie(self.0.settings.cookies(), self.0.clock.now(), token)
    }

    /// The same for a session that was extended and ends at `latest` however it is used.
    pub(super) fn extended_cookie(&self, token: &Secret, latest: Millis) -> Cookie<'static> {
        let (mut settings, now) = (self.0.settings.cookies(), self.0.clock.now());
        let left = latest.0.saturating_sub(now.0);
        settings.life = settings
            .life
            .min(Duration::from_millis(u64::try_from(left).unwrap_or(0)));
        session_cookie(settings, now, token)
    }

    /// The cookies that a device keeps for `life` on which somebody has signed in.
    pub fn device_cookies(&self, text: &Secret, life: Duration) -> [Cookie<'static>; 2] {
        device_cookies(self.0.settings.cookies(), text, life)
    }

    /// Where people reach the server, without a slash at the end. Where no public URL is set, the
    /// address that was bound.
    pub fn public_url(&self) -> String {
        match (&self.0.settings.public_url, self.0.bound.get()) {
            (None, Some(address)) if address.ip().is_unspecified() => {
                format!("http://localhost:{}", address.port())
            }
            (None, Some(address)) => format!("http://{address}"),
            (Some(_), _) | (None, None) => self.0.settings.public_url(),
        }
    }

    /// Tells of the stop. An answer that never ends by itself (a live stream) must end then, or
    /// it holds the stop up.
    pub fn stop_handle(&self) -> CancellationToken {
        self.0.streams.clone()
    }

    /// True between the wish to stop and the end; readiness is red.
    pub fn is_draining(&self) -> bool {
        self.0.is_draining.load(Ordering::Relaxed)
    }

    pub(super) fn drain(&self) {
        self.0.is_draining.store(true, Ordering::Relaxed);
    }

    pub(super) fn end_streams(&self) {
        self.0.streams.cancel();
    }

    /// Words refusals as these contracts do. Said once, before anything is served.
    pub(super) fn speak(&self, contracts: Vec<&'static Contract>) {
        self.0.contracts.get_or_init(|| contracts);
    }

    /// The contract that answers this request at `path`, which is decoded.
    pub(super) fn contract_of(&self, path: &str, head: &RequestHead) -> &'static Contract {
        let known = self.0.contracts.get().map_or(&[][..], Vec::as_slice);
        Contract::of_people(known, path, head).unwrap_or_else(|| Contract::speaking(known, path))
    }

    /// Notes the paths, as they are routed, whose answers go on without end. Said once, as above.
    pub(super) fn note_endless(&self, paths: Vec<String>) {
        self.0.endless.get_or_init(|| paths);
    }

    pub(super) fn is_endless(&self, route: &str) -> bool {
        let paths = self.0.endless.get();
        paths.is_some_and(|paths| paths.iter().any(|path| path == route))
    }

    pub(super) fn bound_to(&self, address: SocketAddr) {
        // A second listener of one edge keeps the first one's address.
        self.0.bound.get_or_init(|| address);
    }
}

fn strict_transport(settings: &EdgeSettings) -> Option<HeaderValue> {
    let is_https = settings.cookies().secure;
    let span = settings.server.strict_transport;
    let said = format!("max-age={}", span.as_secs());
    HeaderValue::try_from(said)
        .ok()
        .filter(|_| is_https && !span.is_zero())
}
