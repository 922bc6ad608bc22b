//! Guessing passwords: a name may fail so often in a short window, then it has to wait until the
//! window is over. Counted by name and not by account, so that a name that nobody has behaves
//! like one that somebody has; in the database, so that replicas count together. The window is
//! short, because a stranger can use it up for somebody else: no one is shut out for longer.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::login_failures as failures;

impl App {
    /// # Errors
    /// `Busy` until the window is over in which the name failed too often.
    pub(in crate::app) async fn may_try(&self, folded: &str) -> Result<(), Fault> {
        if !self.counts_failures {
            return Ok(());
        }
        let name = folded.to_owned();
        let most = self.settings.login_failures;
        let window = self.settings.login_failure_window();
        let since = self.db.now().minus(window);
        let used_up = self
            .db
            .look(move |conn| failures::window_used_up(conn, &name, most, since))
            .await?;
        let Some(began) = used_up else { return Ok(()) };
        let left = began.plus(window).0.saturating_sub(self.now().0);
        Err(Fault::Busy {
            retry_after: std::time::Duration::from_millis(left.max(1).unsigned_abs()),
        })
    }

    /// Counts a wrong password.
    pub(in crate::app) async fn count_failure(&self, folded: &str) -> Result<(), Fault> {
        if !self.counts_failures {
            return Ok(());
        }
        let name = folded.to_owned();
        let now = self.db.now();
        let since = now.minus(self.settings.login_failure_window());
        self.db
            .change(move |conn| failures::count(conn, &name, since, now))
            .await
    }
}
