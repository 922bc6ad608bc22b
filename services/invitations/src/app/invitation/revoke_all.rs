//! Taking back all open invitations of a maker, into a target or with a label, one after the other: each is taken back or
//! told of by itself, and whoever asks again meets what is left.

use latchkey_common::audit::Actor;
use latchkey_common::auth::{Known, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::revoke::{RevokeError, revoke_invitation};
use super::show::Reach;
use crate::app::App;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Kind;
use crate::store::engine::made::{Makers, Meant, list_open};

/// How many one call takes back: each is a transaction of its own, and a caller waits for all of them.
const MOST_AT_ONCE: i64 = 100;

/// Whose are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// One's own.
    Own,
    /// Somebody's.
    Of(UserId),
    /// Everybody's.
    Everybodys,
}

/// Which of them.
#[derive(Debug, Clone)]
pub(crate) struct Which {
    /// Whose.
    pub(crate) whose: Whose,
    /// Those into this.
    pub(crate) target: Option<(Kind, i64)>,
    /// Those with this label.
    pub(crate) label: Option<String>,
    /// Those behind this one; 0: all.
    pub(crate) after: InvitationId,
}

/// One invitation, and why it was not taken back.
#[derive(Debug)]
pub(crate) struct Row {
    /// It, as it was before.
    pub(crate) invitation: Invitation,
    /// What its maker calls it.
    pub(crate) label: Option<String>,
    /// What stood in the way.
    pub(crate) refused: Option<RevokeError>,
}

/// Why nothing was looked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RevokeAllError {
    /// Those of others are not the caller's to end.
    #[error("not the caller's")]
    NotYours,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RevokeAllError);

/// Takes back the oldest, and tells whether there are more. With `is_dry` it tells which it would meet, and takes back
/// nothing.
pub(crate) async fn revoke_all(
    app: &App,
    caller: &Known,
    by: &Actor,
    which: Which,
    reason: Option<String>,
    is_dry: bool,
) -> Result<(Vec<Row>, bool), RevokeAllError> {
    let reach = Reach::of(caller);
    let makers = match which.whose {
        Whose::Own => Makers::One(caller.user),
        Whose::Of(user) if reach.reaches(user) => Makers::One(user),
        Whose::Everybodys if reach.reaches_all() => Makers::All,
        Whose::Of(_) | Whose::Everybodys => return Err(RevokeAllError::NotYours),
    };
    let meant = Meant {
        makers,
        target: which.target,
        label: which.label,
    };
    let (after, now) = (which.after, app.db.now());
    let found = app
        .db
        .look(move |conn| list_open(conn, &meant, after, MOST_AT_ONCE.saturating_add(1), now));
    let mut found = found.await?;
    let most = usize::try_from(MOST_AT_ONCE).unwrap_or(usize::MAX);
    let are_more = found.len() > most;
    found.truncate(most);
    let mut rows = Vec::with_capacity(found.len());
    for (invitation, texts) in found {
        let revoked = if is_dry {
            Ok(())
        } else {
            let (who, nothing) = ((by.clone(), reach), |_| Ok(Vec::new()));
            let revoked = revoke_invitation(app, who, invitation.id, reason.clone(), None, nothing);
            revoked.await.map(drop)
        };
        match revoked {
            Err(RevokeError::Fault(fault @ Fault::Internal(_))) => return Err(fault.into()),
            revoked => rows.push(Row {
                invitation,
                label: texts.and_then(|texts| texts.label),
                refused: revoked.err(),
            }),
        }
    }
    Ok((rows, are_more))
}
