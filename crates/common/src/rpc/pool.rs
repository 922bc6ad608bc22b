//! The connections to one replica of a peer. Those that nobody uses are kept for the next call, and
//! when whatever lies in between stops carrying bytes, every one of them costs a call its patience. So
//! the first that costs it takes the others with it.

use std::time::Duration;

use parking_lot::Mutex;
use reqwest::Client;

use crate::fault::Fault;

/// Idle connections are dropped before the other end drops them.
const IDLE: Duration = Duration::from_secs(50);
/// A connection over which nothing went for so long is asked for a sign of life, by the kernel; then
/// once a pause.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(5);
const KEEPALIVE_PAUSE: Duration = Duration::from_secs(2);
const KEEPALIVES: u32 = 3;
/// What the other end's kernel has not taken after this long ends the connection. Above the patience of
/// any call: calls end by themselves.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);

/// A client, which can be replaced together with all its connections.
pub(super) struct Pool {
    connect_timeout: Duration,
    current: Mutex<Current>,
}

struct Current {
    client: Client,
    nth: u64,
    /// Whether any call over it was answered: only then there are connections that were good once.
    has_answered: bool,
}

impl Pool {
    /// # Errors
    /// `Internal` when the HTTP client cannot be made.
    pub(super) fn new(connect_timeout: Duration) -> Result<Self, Fault> {
        let client = client(connect_timeout).map_err(Fault::internal)?;
        Ok(Self {
            connect_timeout,
            current: Mutex::new(Current {
                client,
                nth: 0,
                has_answered: false,
            }),
        })
    }

    /// The present client, and its number.
    pub(super) fn client(&self) -> (Client, u64) {
        let current = self.current.lock();
        (current.client.clone(), current.nth)
    }

    /// A call over the client with this number was answered.
    pub(super) fn answered(&self, nth: u64) {
        let mut current = self.current.lock();
        current.has_answered |= current.nth == nth;
    }

    /// A call over the client with this number had no answer in time: its connections are not used
    /// again. False where that was done before, or would change nothing.
    pub(super) fn renew(&self, nth: u64) -> bool {
        let mut current = self.current.lock();
        if current.nth != nth || !current.has_answered {
            return false;
        }
        match client(self.connect_timeout) {
            Ok(client) => {
                *current = Current {
                    client,
                    nth: nth + 1,
                    has_answered: false,
                };
                true
            }
            Err(error) => {
                tracing::debug!(%error, "the old connections are kept");
                false
            }
        }
    }
}

fn client(connect_timeout: Duration) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .tcp_keepalive(KEEPALIVE_IDLE)
        .tcp_keepalive_interval(KEEPALIVE_PAUSE)
        .tcp_keepalive_retries(KEEPALIVES);
    #[cfg(target_os = "linux")]
    let builder = builder.tcp_user_timeout(UNACKNOWLEDGED);
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_dropped_once_and_only_where_they_were_good() {
        let pool = Pool::new(Duration::from_secs(1)).unwrap();
        let (_, first) = pool.client();
        assert!(!pool.renew(first), "there is none to be dropped");
        pool.answered(first);
        assert!(pool.renew(first) && !pool.renew(first));
        let (_, second) = pool.client();
        pool.answered(first);
        assert!(!pool.renew(second), "that was about those before");
        pool.answered(second);
        assert!(!pool.renew(first) && pool.renew(second));
    }
}
