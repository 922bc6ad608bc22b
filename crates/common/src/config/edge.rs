//! The settings that [`crate::server`] and its neighbours read, typed.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Network, Origin, Settings};
use crate::auth::cookie::CookieSettings;
use crate::bus;
use crate::db::DbTimes;
use crate::telemetry::{LogFormat, LogSettings, check_level};

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
    /// False turns every limit by rate or count of failures off.
    pub rate_limits: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The bus between replicas; `None` when there is none.
    pub nats: Option<bus::Address>,
    /// Origins of web clients that live elsewhere.
    pub allowed_origins: Vec<Origin>,
    /// Threads, limits and times of the listeners.
    pub server: ServerSettings,
    /// How long a session lives after its last use.
    pub session_life: Duration,
    /// The most rows that one answer lists.
    pub list_ceiling: i64,
    /// Sign-ups of one address.
    pub sign_up: Rate,
    /// Logins of one address.
    pub login: Rate,
    /// Invitations made by one user.
    pub invitation: Rate,
}

impl EdgeSettings {
    pub(super) fn of(settings: &Settings) -> Result<Self, ConfigError> {
        let ceiling: NonZeroU32 = settings.get("lists.ceiling")?;
        let listen = settings.parsed("listen", address)?;
        Ok(Self {
            data_dir: settings.get("data_dir")?,
            internal_listen: settings.parsed("internal_listen", |text| apart(text, &listen))?,
            listen,
            public_url: settings.parsed("public_url", public_url)?,
            rate_limits: settings.parsed("rate_limits", |text| match text {
                "on" => Ok(true),
                "off" => Ok(false),
                _ => Err("must be on or off".to_owned()),
            })?,
            trusted_proxies: list(
                settings,
                "trusted_proxies",
                Network::parse,
                "is no address or network",
            )?,
            nats: settings.parsed("nats_url", bus::Address::parse)?,
            allowed_origins: list(
                settings,
                "allowed_origins",
                Origin::parse,
                "is no origin such as https://app.example",
            )?,
            server: ServerSettings::of(settings)?,
            session_life: seconds(settings, "session.life_seconds")?,
            list_ceiling: i64::from(ceiling.get()),
            sign_up: Rate::of(settings, "limits.sign_up")?,
            login: Rate::of(settings, "limits.login")?,
            invitation: Rate::of(settings, "limits.invitation")?,
        })
    }

    /// Where people reach the server, without a slash at the end.
    pub fn public_url(&self) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://{}", self.listen),
            |url| url.as_str().to_owned(),
        )
    }

    /// How session cookies are sent.
    pub fn cookies(&self) -> CookieSettings {
        CookieSettings {
            life: self.session_life,
            secure: self.public_url.as_ref().is_some_and(Origin::is_https),
        }
    }
}

/// Threads, limits and times of the listeners.
#[derive(Debug, Clone, Copy)]
pub struct ServerSettings {
    /// Threads that serve requests; `None` is one a core.
    pub workers: Option<NonZeroUsize>,
    /// Connections at once, where the limit of open files allows them.
    pub connections: usize,
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
    /// How long a handler may take to begin its answer.
    pub request_timeout: Duration,
    /// How long to serve on, readiness red, after the stop was asked for.
    pub drain: Duration,
    /// How long requests under way may take to finish after that.
    pub stop: Duration,
}

impl ServerSettings {
    fn of(settings: &Settings) -> Result<Self, ConfigError> {
        let workers: usize = settings.get("server.workers")?;
        let connections: NonZeroUsize = settings.get("server.connections")?;
        let per_address: usize = settings.get("server.connections_per_address")?;
        let head_limit: NonZeroUsize = settings.get("server.head_limit_bytes")?;
        let body_limit: NonZeroUsize = settings.get("server.body_limit_bytes")?;
        let held_bytes: NonZeroUsize = settings.get("server.held_bytes")?;
        let drain: u64 = settings.get("server.drain_seconds")?;
        let stop: u64 = settings.get("server.stop_seconds")?;
        Ok(Self {
            workers: NonZeroUsize::new(workers),
            connections: connections.get(),
            connections_per_address: NonZeroUsize::new(per_address),
            reserved_files: settings.get("server.reserved_files")?,
            head_limit: head_limit.get(),
            body_limit: body_limit.get(),
            held_bytes: held_bytes.get(),
            keep_alive: seconds(settings, "server.keep_alive_seconds")?,
            header_timeout: seconds(settings, "server.header_timeout_seconds")?,
            body_timeout: seconds(settings, "server.body_timeout_seconds")?,
            answer_timeout: seconds(settings, "server.answer_timeout_seconds")?,
            request_timeout: seconds(settings, "server.request_timeout_seconds")?,
            drain: Duration::from_secs(drain),
            stop: Duration::from_secs(stop),
        })
    }
}

/// Sizes and times of every service's database.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseSettings {
    /// Reading connections.
    pub readers: usize,
    /// Writing connections on `PostgreSQL`.
    pub writers: usize,
    /// Units of work that may wait.
    pub queue: usize,
    /// How long one may wait before it begins.
    pub patience: Duration,
    /// How long statements, locks and answers may take on `PostgreSQL`.
    pub times: DbTimes,
    /// The largest `SQLite` file; 0 is no limit.
    pub sqlite_max_bytes: u64,
}

impl DatabaseSettings {
    pub(super) fn of(settings: &Settings) -> Result<Self, ConfigError> {
        let readers: NonZeroUsize = settings.get("database.readers")?;
        let writers: NonZeroUsize = settings.get("database.writers")?;
        let queue: NonZeroUsize = settings.get("database.queue")?;
        let span = |key: &str| -> Result<Duration, ConfigError> {
            let millis: NonZeroU64 = settings.get(key)?;
            Ok(Duration::from_millis(millis.get()))
        };
        Ok(Self {
            readers: readers.get(),
            writers: writers.get(),
            queue: queue.get(),
            patience: span("database.patience_ms")?,
            times: DbTimes {
                statement: span("database.statement_timeout_ms")?,
                lock: span("database.lock_timeout_ms")?,
                silence: span("database.silence_ms")?,
            },
            sqlite_max_bytes: settings.get("database.sqlite_max_bytes")?,
        })
    }
}

/// At most `count` at once, filling up again evenly over `period`.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// Over how long.
    pub period: Duration,
}

impl Rate {
    /// Reads `<key>.count` and `<key>.period_seconds`.
    pub fn of(settings: &Settings, key: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            count: settings.get(&format!("{key}.count"))?,
            period: seconds(settings, &format!("{key}.period_seconds"))?,
        })
    }
}

/// Reads `[log]`.
pub(super) fn log(settings: &Settings) -> Result<LogSettings, ConfigError> {
    Ok(LogSettings {
        level: settings.parsed("log.level", |text| {
            check_level(text).map(|()| text.to_owned())
        })?,
        format: settings.parsed("log.format", |text| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be text or json".to_owned()),
        })?,
    })
}

/// A span of at least a second.
fn seconds(settings: &Settings, key: &str) -> Result<Duration, ConfigError> {
    let seconds: NonZeroU32 = settings.get(key)?;
    Ok(Duration::from_secs(u64::from(seconds.get())))
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

fn public_url(text: &str) -> Result<Option<Origin>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    Origin::parse(text)
        .map(Some)
        .ok_or_else(|| "must be scheme and host, such as https://chat.example".to_owned())
}

fn list<T>(
    settings: &Settings,
    key: &str,
    parse: impl Fn(&str) -> Option<T>,
    trouble: &str,
) -> Result<Vec<T>, ConfigError> {
    let texts: Vec<String> = settings.get(key)?;
    texts
        .iter()
        .map(|text| {
            parse(text)
                .ok_or_else(|| settings.unfit(key, format!("has an entry that {trouble}: {text}")))
        })
        .collect()
}
