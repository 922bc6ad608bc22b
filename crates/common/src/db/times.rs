//! How long things may take on `PostgreSQL`, and how both ends of a connection are told, so that
//! neither waits for ever for one that fell silent: no byte comes, and no end of the connection
//! either. The values have their reasons in `config.default.toml`.

use std::time::Duration;

/// How long things may take. `SQLite` knows no deadlines of statements; there only
/// `in_flight` counts.
#[derive(Debug, Clone, Copy)]
pub struct DbTimes {
    /// One statement, after which the server ends it.
    pub statement: Duration,
    /// Waiting for a lock that another one holds.
    pub lock: Duration,
    /// How much later than the server's own deadline an answer may come.
    pub silence: Duration,
}

/// How long connecting may take, in seconds.
const CONNECT_SECONDS: u64 = 5;
/// A connection over which nothing went for so long is asked for a sign of life, by the kernel.
const KEEPALIVE_IDLE_SECONDS: u64 = 5;
/// The pause between two such questions.
const KEEPALIVE_INTERVAL_SECONDS: u64 = 2;
/// After so many without an answer the connection has ended.
const KEEPALIVE_COUNT: u64 = 3;

impl DbTimes {
    /// A statement that has no answer after this long will get none: its connection is dead.
    pub(super) fn in_flight(self) -> Duration {
        self.statement + self.silence
    }

    /// `url` with what the client library is to tell the kernel. Whoever says it in the URL has another
    /// wish.
    pub(super) fn in_url(self, url: &str) -> String {
        let mut url = url.to_owned();
        for (name, value) in [
            ("connect_timeout", CONNECT_SECONDS.to_string()),
            ("keepalives_idle", KEEPALIVE_IDLE_SECONDS.to_string()),
            (
                "keepalives_interval",
                KEEPALIVE_INTERVAL_SECONDS.to_string(),
            ),
            ("keepalives_count", KEEPALIVE_COUNT.to_string()),
            ("tcp_user_timeout", self.in_flight().as_millis().to_string()),
        ] {
            if !url.contains(&format!("{name}=")) {
                let separator = if url.contains('?') { '&' } else { '?' };
                url.extend([&separator.to_string(), name, "=", &value]);
            }
        }
        url
    }

    /// What the server is told of a session. A transaction whose client says nothing for as long as a
    /// connection may be silent has lost it: it must not keep its locks from others. No unit of ours
    /// pauses inside of one.
    pub(super) fn of_session(self) -> String {
        let in_flight = self.in_flight().as_millis();
        format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = {in_flight}; \
             SET tcp_keepalives_idle = {KEEPALIVE_IDLE_SECONDS}; \
             SET tcp_keepalives_interval = {KEEPALIVE_INTERVAL_SECONDS}; \
             SET tcp_keepalives_count = {KEEPALIVE_COUNT}; \
             SET tcp_user_timeout = {in_flight}",
            self.statement.as_millis(),
            self.lock.as_millis(),
        )
    }
}

/// Those of tests that are about something else.
#[cfg(test)]
pub(super) const TIMES: DbTimes = DbTimes {
    statement: Duration::from_secs(8),
    lock: Duration::from_secs(5),
    silence: Duration::from_secs(2),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_says_is_not_said_again() {
        let rest = "keepalives_idle=5&keepalives_interval=2&keepalives_count=3";
        for (url, opened) in [
            (
                "postgres://h/d",
                format!("postgres://h/d?connect_timeout=5&{rest}&tcp_user_timeout=10000"),
            ),
            (
                "postgres://h/d?a=b",
                format!("postgres://h/d?a=b&connect_timeout=5&{rest}&tcp_user_timeout=10000"),
            ),
            (
                "postgres://h?connect_timeout=9&tcp_user_timeout=0",
                format!("postgres://h?connect_timeout=9&tcp_user_timeout=0&{rest}"),
            ),
        ] {
            assert_eq!(TIMES.in_url(url), opened);
        }
    }

    #[test]
    fn the_server_gives_up_before_the_client_does() {
        let told = TIMES.of_session();
        for wish in [
            "SET statement_timeout = 8000",
            "SET idle_in_transaction_session_timeout = 10000",
        ] {
            assert!(told.contains(wish), "{told}");
        }
        assert!(TIMES.statement < TIMES.in_flight());
    }
}
