//! What every beginning of a session does, whatever went before it.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::secret::TokenHash;
use latchkey_common::trail::{Credential, Fact};

use super::ended_sessions::EndedSessions;
use super::last_uses::LastUses;
use crate::app::App;
use crate::domain::session::kept_user_agent;
use crate::store::sessions::{self, NewSession};

/// A session that is to begin.
pub(super) struct Begin {
    token: TokenHash,
    user_agent: Option<String>,
    life: Duration,
    began: Millis,
    cap: i64,
    ended: Arc<EndedSessions>,
    last_uses: Arc<LastUses>,
}

/// One that has begun, and those that ended for it.
#[derive(Debug)]
pub(super) struct Begun {
    /// Which.
    pub(super) session: SessionId,
    surplus: Vec<SessionId>,
}

impl Begin {
    /// One whose token has this hash.
    pub(super) fn new(app: &App, token: TokenHash, user_agent: Option<String>) -> Self {
        Self {
            token,
            user_agent: user_agent.and_then(|name| kept_user_agent(&name)),
            life: app.session_life,
            began: app.now(),
            cap: app.settings.sessions_per_user,
            ended: Arc::clone(&app.ended),
            last_uses: Arc::clone(&app.last_uses),
        }
    }

    /// Stores it; the least recently used ones beyond the cap end. Whoever calls holds the account, so that
    /// nobody locks it meanwhile.
    pub(super) fn run(self, conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<Begun> {
        let new = NewSession {
            user,
            token: self.token,
            user_agent: self.user_agent,
            life: self.life,
        };
        let session = sessions::insert(conn, &new, now)?;
        // Noted like every use: what the database wrote may be of another clock.
        self.last_uses.note(session, self.began);
        let surplus = sessions::end_surplus(conn, user, session, self.cap, |id, written| {
            self.last_uses.latest(id, written, self.began)
        })?;
        self.ended.note(&surplus);
        Ok(Begun { session, surplus })
    }
}

impl Begun {
    /// Tells of it, once it is committed.
    pub(super) fn announce(&self, app: &App, user: UserId) {
        app.ended.report(&self.surplus);
        Fact::CredentialMade(Credential::Session(self.session.0), Some(user)).record();
        for ended in &self.surplus {
            Fact::CredentialRevoked(Credential::Session(ended.0), Some(user)).record();
        }
    }
}
