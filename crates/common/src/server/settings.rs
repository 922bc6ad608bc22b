//! The settings of the edge.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use super::network::{Network, Origin};
use super::shown_address::ShownAddress;
use crate::auth::cookie::CookieSettings;
use crate::bus;
use crate::config::{ConfigError, Settings};
use crate::rate_limit::LimitSettings;
use crate::text;
use crate::turns::Turns;

/// What the edge of a server needs.
#[derive(Debug, Clone)]
pub struct EdgeSettings {
    /// Where files lie.
    pub data_dir: PathBuf,
    /// Host and port of the public listener.
    pub listen: String,
    /// Host and port of the listener for health and metrics.
    pub internal_listen: String,
    /// Where people reach the server; `None` when it follows from `listen`.
    pub public_url: Option<Origin>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The bus between replicas; `None` when there is none.
    pub nats: Option<bus::Address>,
    /// Origins of web clients that live elsewhere.
    pub allowed_origins: Vec<Origin>,
    /// What people are told of this place.
    pub site: SiteSettings,
    /// Threads, limits and times of the listeners.
    pub server: ServerSettings,
    /// How long a session lives after its last use; not above the next one.
    pub session_life: Duration,
    /// How long it lives at most.
    pub session_longest: Duration,
    /// The most rows that one answer lists.
    pub list_ceiling: i64,
    /// How many searches run at once, and how long one waits for its turn.
    pub searches: (NonZeroUsize, Duration),
    /// How long rows of the audit log are kept.
    pub audit_life: Duration,
    /// The most bytes of one list, as JSON.
    pub list_bytes: usize,
    /// Lists that are made at once.
    pub lists_at_once: usize,
    /// Long lists that one person may have at once.
    pub lists_per_person: usize,
    /// Limits by rate.
    pub limits: LimitSettings,
    /// How much of a client's address stands in the log.
    pub shown_address: ShownAddress,
}

impl Settings {
    /// What the server's edge needs.
    pub fn edge(&self) -> Result<EdgeSettings, ConfigError> {
        EdgeSettings::of(self)
    }
}

impl EdgeSettings {
    fn of(settings: &Settings) -> Result<Self, ConfigError> {
        let ceiling: NonZeroU32 = settings.get("lists.ceiling")?;
        let session_longest = settings.seconds("session.longest_seconds")?;
        let public_url = settings.parsed("public_url", public_url)?;
        let allowed_origins = settings.list(
            "allowed_origins",
            Origin::parse,
            "is no origin such as https://app.example",
        )?;
        if let Some(trouble) = out_of_reach(public_url.as_ref(), &allowed_origins) {
            return Err(settings.unfit("allowed_origins", trouble));
        }
        let number = |key: &str| settings.get::<NonZeroU32>(key);
        let number = |key: &str| Ok(usize::try_from(number(key)?.get()).unwrap_or(usize::MAX));
        let listen = settings.parsed("listen", address)?;
        let audit_days: NonZeroU32 = settings.get("audit.days")?;
        Ok(Self {
            data_dir: settings.get("data_dir")?,
            internal_listen: settings.parsed("internal_listen", |text| apart(text, &listen))?,
            listen,
            public_url,
            trusted_proxies: settings.list(
                "trusted_proxies",
                Network::parse,
                "is no address or network",
            )?,
            nats: settings.parsed("nats_url", bus::Address::parse)?,
            allowed_origins,
            site: SiteSettings::of(settings)?,
            server: ServerSettings::of(settings)?,
            session_life: settings
                .seconds("session.life_seconds")?
                .min(session_longest),
            session_longest,
            list_ceiling: i64::from(ceiling.get()),
            searches: (
                settings.get("search.at_once")?,
                settings.milliseconds("search.patience_ms")?,
            ),
            audit_life: Duration::from_hours(24 * u64::from(audit_days.get())),
            list_bytes: number("lists.bytes")?,
            lists_at_once: number("lists.at_once")?,
            lists_per_person: number("lists.per_person")?,
            limits: LimitSettings::of(settings)?,
            shown_address: settings.parsed("log.client_addresses", ShownAddress::parse)?,
        })
    }

    /// Where people reach the server, without a slash at the end.
    pub fn public_url(&self) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://{}", self.listen),
            |url| url.as_str().to_owned(),
        )
    }

    /// The turns of searches: whoever searches much takes turns with others who search, and with nobody else.
    pub fn search_turns(&self) -> Turns {
        let (at_once, patience) = self.searches;
        Turns::new("search", at_once.get(), patience)
    }

    /// How session cookies are sent.
    pub fn cookies(&self) -> CookieSettings {
        CookieSettings {
            life: self.session_life,
            secure: self.public_url.as_ref().is_some_and(Origin::is_https),
        }
    }
}

/// What people are told of this place.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// What it is called.
    pub name: String,
    /// What it is; empty where nothing is said.
    pub welcome: String,
    /// The colour of links and buttons: red, green and blue; `None` where nothing is said.
    pub accent: Option<[u8; 3]>,
}

/// Characters of the longest name of a place: it stands in one line above each page.
const LONGEST_NAME: usize = 60;

/// Characters of the longest welcome: a paragraph.
const LONGEST_WELCOME: usize = 500;

impl SiteSettings {
    fn of(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            name: settings.parsed("site.name", |text| {
                let name = text.trim();
                let fits = text::has_length(name, 1, LONGEST_NAME);
                let is_one_line = !name.chars().any(char::is_control);
                (fits && is_one_line)
                    .then(|| name.to_owned())
                    .ok_or_else(|| format!("must be one line of 1 to {LONGEST_NAME} characters"))
            })?,
            welcome: settings.parsed("site.welcome", |text| {
                text::has_length(text.trim(), 0, LONGEST_WELCOME)
                    .then(|| text.trim().to_owned())
                    .ok_or_else(|| format!("must have at most {LONGEST_WELCOME} characters"))
            })?,
            accent: settings.parsed("site.accent", |text| match text.trim() {
                "" => Ok(None),
                text => colour(text)
                    .map(Some)
                    .ok_or_else(|| "must be a colour such as #1f5fa8".to_owned()),
            })?,
        })
    }
}

/// `#` and six hexadecimal digits.
fn colour(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    let is_one = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_one)?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// Threads, limits and times of the listeners.
#[derive(Debug, Clone, Copy)]
pub struct ServerSettings {
    /// Threads that serve requests; `None` is one a core.
    pub workers: Option<NonZeroUsize>,
    /// Connections at once, where the limit of open files allows them.
    pub connections: usize,
    /// Connections at once of clients that are not known.
    pub stranger_connections: usize,
    /// Connections at once of one person that count as known.
    pub connections_per_person: usize,
    /// Of one address; `None` where they are not counted.
    pub connections_per_address: Option<NonZeroUsize>,
    /// Open files that are left to everything but connections.
    pub reserved_files: usize,
    /// The longest head of a request in bytes.
    pub head_limit: usize,
    /// The largest body in bytes.
    pub body_limit: usize,
    /// Bytes of large bodies and answers, in all connections together.
    pub held_bytes: usize,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long a client may take to send a request's head.
    pub header_timeout: Duration,
    /// How long a client may take to send a request's body.
    pub body_timeout: Duration,
    /// How long a client may take nothing of its answer.
    pub answer_timeout: Duration,
    /// How long browsers shall come over https alone; zero where they are told nothing.
    pub strict_transport: Duration,
    /// How long a handler may take to begin its answer.
    pub request_timeout: Duration,
    /// How long to serve on, readiness red, after the stop was asked for.
    pub drain: Duration,
    /// Whether other processes of the same account may look into this one.
    pub may_be_traced: bool,
    /// How long requests under way may take to finish after that.
    pub stop: Duration,
    /// How long it is waited for clients in that time.
    pub stop_patience: Duration,
}

impl ServerSettings {
    fn of(settings: &Settings) -> Result<Self, ConfigError> {
        let workers: usize = settings.get("server.workers")?;
        let connections: NonZeroUsize = settings.get("server.connections")?;
        let strangers: NonZeroUsize = settings.get("server.stranger_connections")?;
        let per_person: NonZeroUsize = settings.get("server.connections_per_person")?;
        let per_address: usize = settings.get("server.connections_per_address")?;
        let head_limit: NonZeroUsize = settings.get("server.head_limit_bytes")?;
        let body_limit: NonZeroUsize = settings.get("server.body_limit_bytes")?;
        let held_bytes: NonZeroUsize = settings.get("server.held_bytes")?;
        let strict_transport: u64 = settings.get("server.strict_transport_seconds")?;
        let drain: u64 = settings.get("server.drain_seconds")?;
        let stop: u64 = settings.get("server.stop_seconds")?;
        Ok(Self {
            workers: NonZeroUsize::new(workers),
            connections: connections.get(),
            stranger_connections: strangers.get(),
            connections_per_person: per_person.get(),
            connections_per_address: NonZeroUsize::new(per_address),
            reserved_files: settings.get("server.reserved_files")?,
            head_limit: head_limit.get(),
            body_limit: body_limit.get(),
            held_bytes: held_bytes.get(),
            keep_alive: settings.seconds("server.keep_alive_seconds")?,
            header_timeout: settings.seconds("server.header_timeout_seconds")?,
            body_timeout: settings.seconds("server.body_timeout_seconds")?,
            answer_timeout: settings.seconds("server.answer_timeout_seconds")?,
            request_timeout: settings.seconds("server.request_timeout_seconds")?,
            strict_transport: Duration::from_secs(strict_transport),
            drain: Duration::from_secs(drain),
            may_be_traced: settings.get("server.may_be_traced")?,
            stop: Duration::from_secs(stop),
            stop_patience: settings.seconds("server.stop_patience_seconds")?,
        })
    }
}

fn address(text: &str) -> Result<String, String> {
    text.rsplit_once(':')
        .filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        .map(|_| text.to_owned())
        .ok_or_else(|| "must be a host and a port, such as 127.0.0.1:8080".to_owned())
}

/// Port 0 is another port each time.
fn apart(text: &str, public: &str) -> Result<String, String> {
    let internal = address(text)?;
    if internal == public && !internal.ends_with(":0") {
        return Err(format!(
            "must be another address than that of the public listener (listen), {public}"
        ));
    }
    Ok(internal)
}

/// Browsers send cookies from a page of another site only where both come over https; this machine
/// itself counts as that.
fn out_of_reach(public: Option<&Origin>, allowed: &[Origin]) -> Option<String> {
    let public = public.filter(|url| !url.is_https() && !url.is_loopback())?;
    let origin = allowed.iter().find(|one| !one.may_share_site(public))?;
    let (origin, public) = (origin.as_str(), public.as_str());
    Some(format!(
        "names {origin}, which is another site than {public} (public_url): browsers send it no cookie \
         that was set over http, so nobody could stay signed in there. Serve this over https and say so \
         in public_url, or take the origin out"
    ))
}

fn public_url(text: &str) -> Result<Option<Origin>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    Origin::parse(text)
        .map(Some)
        .ok_or_else(|| "must be scheme and host, such as https://chat.example".to_owned())
}
