//! Logs and metrics. Logs go to stderr, because stdout is for what a command answers; metrics are
//! kept here and shown by the internal listener.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use parking_lot::Mutex;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{ConfigError, Settings};
use crate::fault::Fault;

/// Upper edges of the buckets of every histogram in seconds: from a look-up in memory to the
/// longest request.
const SECONDS: [f64; 16] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// The HTTP library calls it an error when bytes that come in are no request. Whoever scans addresses
/// sends such bytes all day, and no operator can do anything about it. Directives of the settings go before this.
const STRANGERS: &str = "actix_http=off";

/// How often what lies in databases is counted for gauges.
pub const MEASURE: Duration = Duration::from_secs(5);

/// How logs are written.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// A level, or directives by module.
    pub level: String,
    /// For people or for machines.
    pub format: LogFormat,
}

/// For people or for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line of text an event.
    Text,
    /// One JSON object an event.
    Json,
}

impl Settings {
    /// How logs are written.
    pub fn log(&self) -> Result<LogSettings, ConfigError> {
        Ok(LogSettings {
            level: self.parsed("log.level", |text| {
                check_level(text).map(|()| text.to_owned())
            })?,
            format: self.parsed("log.format", |text| match text {
                "text" => Ok(LogFormat::Text),
                "json" => Ok(LogFormat::Json),
                _ => Err("must be text or json".to_owned()),
            })?,
        })
    }
}

/// Says what is wrong with a level or directives.
fn check_level(text: &str) -> Result<(), String> {
    EnvFilter::try_new(text)
        .map(|_| ())
        .map_err(|error| format!("is no log level: {error}"))
}

/// Starts the log of this process.
///
/// # Errors
/// `Invalid` when the level cannot be read or a log was started before.
pub fn init_logs(settings: &LogSettings) -> Result<(), Fault> {
    let filter = EnvFilter::try_new(format!("{STRANGERS},{}", settings.level))
        .map_err(|error| Fault::invalid(format!("log level: {error}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(std::io::stderr().is_terminal())
        // What cannot be written is lost: a complaint about it would go to the same place, and the macro that
        // makes it panics there.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    let started = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log
            .json()
            .flatten_event(true)
            // There is one span at a time: a list of them would say it twice.
            .with_span_list(false)
            .try_init(),
    };
    started.map_err(|error| Fault::invalid(format!("the log was started before: {error}")))
}

/// The metrics of this process; the first call starts the recorder.
pub fn metrics() -> Result<PrometheusHandle, Fault> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    static STARTING: Mutex<()> = Mutex::new(());
    let _starting = STARTING.lock();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(Fault::internal)?;
    metrics::gauge!("latchkey_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(HANDLE.get_or_init(|| handle).clone())
}

/// A count as a gauge takes it; beyond four thousand millions it stays there.
pub fn count<N>(number: N) -> f64
where
    u32: TryFrom<N>,
{
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Shows how many reservations of a service wait for their outcome, and for how long the oldest.
pub fn reservations(service: &'static str, waiting: i64, oldest: Duration) {
    metrics::gauge!("latchkey_open_reservations", "service" => service).set(count(waiting));
    metrics::gauge!("latchkey_oldest_reservation_seconds", "service" => service)
        .set(oldest.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_have_buckets() {
        let handle = metrics().unwrap();
        metrics::histogram!("latchkey_test_seconds").record(0.003);
        let text = handle.render();
        assert!(
            text.contains("latchkey_test_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
        assert!(metrics().is_ok());
    }

    #[test]
    fn levels_are_checked() {
        assert!(check_level("info,latchkey_users=debug").is_ok());
        assert!(check_level("x=loud").is_err());
    }
}
