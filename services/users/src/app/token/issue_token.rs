//! Issues a signed token for a person.

use std::time::Duration;

use latchkey_common::audit::Actor;
use latchkey_common::auth::jwt::{Issued, LEEWAY_SECONDS};
use latchkey_common::auth::{SessionId, TokenCaller, UserId};
use latchkey_common::db::once::{CallError, Made, Once, unkeyed};
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Credential, Fact};
use latchkey_common::{text_enum, via_fault};
use latchkey_contracts::discord::Rds;
use latchkey_contracts::groups::Bearer;

use crate::app::App;
use crate::app::key::signing_keys::{ensure_signing_key, in_force};
use crate::store::signing_keys;
use crate::store::{accounts, audit, sessions};

text_enum! {
    /// Which contract a token is for.
    TokenFor {
        /// The group contract: `Authorization: Bearer`.
        Bearer = "bearer",
        /// The Discord contract: the cookie `rds-session`.
        RdsSession = "rds-session",
    }
}

/// A token that is wanted.
#[derive(Debug)]
pub(crate) struct IssueToken {
    /// For whom.
    pub(crate) user: UserId,
    /// The session that asks; it must still live when the token is made, which ends with it. `None`:
    /// the operator.
    pub(crate) session: Option<SessionId>,
    /// Who makes it for somebody else.
    pub(crate) by: Option<Actor>,
    /// For which contract.
    pub(crate) kind: TokenFor,
    /// How long it lives, in seconds; not above zero makes one that is over already, the leeway
    /// included. `None`: as long as the setting says.
    pub(crate) life_s: Option<i64>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueTokenError {
    /// The account is locked or gone.
    #[error("the account is locked")]
    Locked,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(IssueTokenError);

/// The longest life: ten years. What lives longer is a key, not a token.
const MAX_LIFE_S: i64 = 10 * 366 * 24 * 3_600;

/// Signs with the key that signs now. The account is held, so that the era of the token is the one of after a
/// change of password or a lock that is under way, or of before it: no token outlives the change that should
/// have ended it.
pub(crate) async fn issue_token(app: &App, ask: IssueToken) -> Result<Issued, IssueTokenError> {
    unkeyed(issue_token_once(app, ask, None).await)
}

/// The same for a call that may have a key. Signed within the transaction, so that the token is what is kept, sealed.
pub(crate) async fn issue_token_once(
    app: &App,
    ask: IssueToken,
    once: Option<Once<Issued>>,
) -> Result<Made<Issued>, CallError<IssueTokenError>> {
    let life = life_of(app, &ask)?;
    ensure_signing_key(app).await?;
    let now = app.db.now();
    let (user, session, kind) = (ask.user, ask.session, ask.kind);
    let credential = Credential::Signed(kind.as_str());
    let (master_key, by) = (app.master_key.clone(), ask.by);
    let once = once.map(|once| once.sealed_by(&app.master_key));
    let made = app
        .db
        .write_once(once, move |conn| {
            let account = accounts::hold_open(conn, user)?.ok_or(IssueTokenError::Locked)?;
            if let Some(session) = session
                && sessions::alive(conn, &[session], now)?.is_empty()
            {
                return Err(Fault::Unauthenticated.into());
            }
            if let Some(by) = &by {
                audit::made(conn, by, credential, &account, now)?;
            }
            let key = signing_keys::hold_active(conn)?.ok_or_else(no_key)?;
            let stamp = accounts::token_stamp(conn, user, now)?;
            if let Ok(life) = u64::try_from(life) {
                let ends_at = stamp.at.plus(Duration::from_secs(life));
                signing_keys::note_token(conn, &key.kid, ends_at)?;
            }
            let (key, caller) = (in_force(&master_key, key)?, TokenCaller::from(account));
            Ok(match kind {
                TokenFor::Bearer => key.sign::<Bearer>(&caller, stamp, life, session)?,
                TokenFor::RdsSession => key.sign::<Rds>(&caller, stamp, life, session)?,
            })
        })
        .await?;
    if let Made::Now(_) = made {
        Fact::CredentialMade(credential, Some(user)).record();
    }
    Ok(made)
}

fn life_of(app: &App, ask: &IssueToken) -> Result<i64, Fault> {
    match ask.life_s {
        None => Ok(match ask.kind {
            TokenFor::Bearer => app.settings.bearer_life_s,
            TokenFor::RdsSession => app.settings.rds_session_life_s,
        }),
        Some(life) if !(-MAX_LIFE_S..=MAX_LIFE_S).contains(&life) => {
            Err(Fault::invalid("a token lives for ten years at most"))
        }
        Some(life) if life <= 0 => Ok(life.saturating_sub(LEEWAY_SECONDS)),
        Some(life) => Ok(life),
    }
}

/// Another process retired it in between, which takes two rotations at once.
fn no_key() -> Fault {
    Fault::overloaded("signing key")
}
