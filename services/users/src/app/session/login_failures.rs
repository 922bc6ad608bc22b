//! Guessing passwords: a name may fail so often in a short window, then it has to wait until the window is
//! over. Counted by name and not by account, so that a name that nobody has behaves like one that somebody
//! has; in the database, so that replicas count together.
//!
//! A stranger must not shut a person out by failing in their name. So what counts first is the name from
//! one network; the name from everywhere has a higher ceiling, against guessers with many networks; and a
//! device on which the person has signed in before, and a session, have a count of their own that nobody
//! else adds to.

use std::net::IpAddr;

use latchkey_common::auth::SessionId;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::rate_limit::client_network;

use crate::app::App;
use crate::domain::device::Device;
use crate::store::login_failures as failures;

/// All networks together.
const EVERYWHERE: &str = "";

/// Whose password is tried, and from where.
#[derive(Debug, Clone)]
pub(in crate::app) struct Try {
    /// The folded name.
    pub(in crate::app) name: String,
    /// Where from; what a right password forgets.
    pub(in crate::app) source: String,
    /// Whether failures from there count for the name everywhere too.
    is_from_outside: bool,
}

impl Try {
    /// A login: from a device that is known, or from whoever is at a network.
    pub(in crate::app) fn login(name: String, from: IpAddr, device: Option<&Device>) -> Self {
        Self {
            source: device.map_or_else(
                || format!("network {}", client_network(from)),
                |device| format!("device {}", device.mark()),
            ),
            is_from_outside: device.is_none(),
            name,
        }
    }

    /// Somebody who is signed in, and is asked for the password again.
    pub(in crate::app) fn signed_in(name: String, session: SessionId) -> Self {
        Self {
            name,
            source: format!("session {}", session.0),
            is_from_outside: false,
        }
    }

    fn sources(&self) -> Vec<String> {
        let everywhere = self.is_from_outside.then(|| EVERYWHERE.to_owned());
        [self.source.clone()]
            .into_iter()
            .chain(everywhere)
            .collect()
    }
}

impl App {
    /// # Errors
    /// `Busy` until the window is over in which the name failed too often.
    pub(in crate::app) async fn may_try(&self, one: &Try) -> Result<(), Fault> {
        if !self.counts_failures {
            return Ok(());
        }
        let (name, sources) = (one.name.clone(), one.sources());
        let (length, now) = (self.settings.login_failure_window(), self.db.now());
        let since = now.minus(length);
        let open = self
            .db
            .look(move |conn| failures::windows(conn, &name, &sources, since, now))
            .await?;
        let used_up = open
            .into_iter()
            .filter(|window| window.failures >= self.most_failures(&window.source));
        let Some(last) = used_up.max_by_key(|window| window.began) else {
            return Ok(());
        };
        let began = if last.is_ahead {
            self.begin_now(one.name.clone()).await?
        } else {
            last.began
        };
        Err(self.busy_until(began.plus(length)))
    }

    /// The clock was put back: a wait that has begun by then is over one window from now.
    async fn begin_now(&self, name: String) -> Result<Millis, Fault> {
        let now = self.db.now();
        self.db
            .change(move |conn| failures::pull_back(conn, &name, now))
            .await?;
        Ok(now.process())
    }

    fn most_failures(&self, source: &str) -> i64 {
        if source == EVERYWHERE {
            self.settings.login_failures_everywhere
        } else {
            self.settings.login_failures
        }
    }

    fn busy_until(&self, end: Millis) -> Fault {
        let left = end.0.saturating_sub(self.now().0);
        Fault::Busy {
            retry_after: std::time::Duration::from_millis(left.max(1).unsigned_abs()),
        }
    }

    /// Counts a wrong password.
    pub(in crate::app) async fn count_failure(&self, one: &Try) -> Result<(), Fault> {
        if !self.counts_failures {
            return Ok(());
        }
        let (name, sources) = (one.name.clone(), one.sources());
        let now = self.db.now();
        let since = now.minus(self.settings.login_failure_window());
        self.db
            .change(move |conn| {
                for source in &sources {
                    failures::count(conn, &name, source, since, now)?;
                }
                Ok(())
            })
            .await
    }
}
