//! The invitation that a secret opens, and why it opens none. Whoever holds a secret is told what became of it;
//! whoever guesses is told that there is nothing.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::via_fault;

use super::show::Shown;
use crate::app::App;
use crate::domain::grant::Grant;
use crate::domain::invitation::{EndReason, Invitation, State};
use crate::domain::kind::Direction;
use crate::store::engine::{made, secrets};

/// Why a secret opens nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Shut {
    /// There never was such a secret.
    #[error("no such secret")]
    NotFound,
    /// It was taken back, or the invitation was.
    #[error("taken back")]
    Revoked,
    /// The invitation's time has passed.
    #[error("expired")]
    Expired,
    /// Everybody for whom it was good has come in.
    #[error("used up")]
    UsedUp,
    /// The one it was for said no.
    #[error("declined")]
    Declined,
    /// Whoever made it may not give that any more.
    #[error("the inviter lost the right")]
    InviterLostRight,
    /// What it led into is gone.
    #[error("the target is closed")]
    TargetClosed,
    /// It is for somebody else.
    #[error("for somebody else")]
    OtherRecipient,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(Shut);

/// An invitation that a secret opens.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// What it is.
    pub(crate) shown: Shown,
    /// The first thing that it gives.
    pub(crate) grant: Grant,
    /// How it is found again.
    pub(crate) hash: TokenHash,
}

/// Finds it for `who`, and takes nothing. All of its uses may be reserved: whether one is left, the guard knows.
pub(crate) async fn open_by_secret(
    app: &App,
    secret: &Secret,
    who: Option<UserId>,
) -> Result<Opened, Shut> {
    let hash = TokenHash::of(secret.expose());
    let now = app.db.now().process();
    app.db
        .read(move |conn| {
            let row = secrets::find(conn, &hash)?.ok_or(Shut::NotFound)?;
            let found = made::find(conn, row.invitation_id)?.ok_or(Shut::NotFound)?;
            let shown = Shown::read(conn, found)?;
            let grant = Grant::of(&shown.invitation).ok_or(Shut::NotFound)?;
            if shown.invitation.direction != Direction::Offer {
                return Err(Shut::NotFound);
            }
            if row.revoked_at.is_some() {
                return Err(Shut::Revoked);
            }
            match why_shut(&shown.invitation, who, now) {
                Some(shut) => Err(shut),
                None => Ok(Opened { shown, grant, hash }),
            }
        })
        .await
}

fn why_shut(row: &Invitation, who: Option<UserId>, now: Millis) -> Option<Shut> {
    match row.state {
        State::Withdrawn => Some(match row.end_reason {
            Some(EndReason::IssuerLostRight) => Shut::InviterLostRight,
            Some(EndReason::TargetClosed) => Shut::TargetClosed,
            Some(EndReason::TakenBack | EndReason::JoinedOtherwise | EndReason::Replaced)
            | None => Shut::Revoked,
        }),
        State::Declined => Some(Shut::Declined),
        State::Accepted | State::UsedUp => Some(Shut::UsedUp),
        State::Expired => Some(Shut::Expired),
        State::Open if row.expires_at.is_some_and(|end| end <= now) => Some(Shut::Expired),
        State::Open if row.settled >= row.max_uses => Some(Shut::UsedUp),
        State::Open if who.is_some() && row.recipient_id.is_some() && row.recipient_id != who => {
            Some(Shut::OtherRecipient)
        }
        State::Open => None,
    }
}
