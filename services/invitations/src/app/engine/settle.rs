//! Finding out how acts ended whose outcome nobody here knows, and settling their uses. A use is
//! given back only when the other side has barred the key for ever: merely asking would let a slow
//! act win afterwards.

use latchkey_common::auth::UserId;
use latchkey_common::db::SqlNow;
use latchkey_common::fault::Fault;
use latchkey_peers::Decided;
use latchkey_peers::channels::ChannelId;

use super::standing::standing;
use crate::app::App;
use crate::domain::invitation::{EndReason, Invitation, Use, UseId};
use crate::domain::kind::Kind;
use crate::store::engine::claims;

/// Settles every use that is due. One that cannot be decided now stays for the next run, and does
/// not keep the others waiting.
pub(crate) async fn settle_due(app: &App) -> Result<(), Fault> {
    let batch = app.settings.job_batch;
    let mut after = UseId(0);
    let mut last_trouble = None;
    loop {
        let now = app.db.now();
        let due: Vec<(Use, Invitation)> = app
            .db
            .look(move |conn| claims::due(conn, after, batch, now))
            .await?;
        let Some((last, _)) = due.last() else { break };
        after = last.id;
        for (used, invitation) in &due {
            if let Err(fault) = settle_one(app, used, invitation).await {
                last_trouble = Some(fault);
            }
        }
    }
    last_trouble.map_or(Ok(()), Err)
}

async fn settle_one(app: &App, used: &Use, invitation: &Invitation) -> Result<(), Fault> {
    let key = used.key();
    let decided = decide(app, used, invitation.kind).await?;
    let (outcome, ends) = match decided {
        Decided::Made(_) => ("used", None),
        Decided::Barred => ("released", lost_ground(app, invitation).await?),
    };
    let now: SqlNow = app.db.now();
    let changed = app
        .db
        .write(move |conn| match decided {
            Decided::Made(who) => Ok::<_, Fault>(claims::settle(conn, &key, who, now)?),
            Decided::Barred => Ok(claims::release(conn, &key, ends, now)?),
        })
        .await?;
    if changed {
        tracing::info!(
            invitation = used.invitation_id.0,
            outcome,
            "settled a use that was left over"
        );
        metrics::counter!("latchkey_uses_settled_by_job_total", "outcome" => outcome).increment(1);
    }
    Ok(())
}

/// The feed spares an invitation while a use of it is running, because the membership may be that
/// use's own doing. It was not: so whoever is in has come by another way.
async fn lost_ground(app: &App, invitation: &Invitation) -> Result<Option<EndReason>, Fault> {
    let (Kind::Channel, Some(channel), Some(recipient)) = (
        invitation.kind,
        invitation.target_id,
        invitation.recipient_id,
    ) else {
        return Ok(None);
    };
    Ok(
        match standing(app, ChannelId(channel), &[recipient]).await? {
            None => Some(EndReason::TargetClosed),
            Some(now) if now.seats.contains(&None) => None,
            Some(_) => Some(EndReason::JoinedOtherwise),
        },
    )
}

async fn decide(app: &App, used: &Use, kind: Kind) -> Result<Decided<UserId>, Fault> {
    match kind {
        Kind::Registration => Ok(match app.users.decide_account(used.key()).await? {
            Decided::Made(account) => Decided::Made(account.id),
            Decided::Barred => Decided::Barred,
        }),
        Kind::Channel => app.channels.decide_member(used.key()).await,
        // Their effects lie in this database and are settled in the transaction that reserves:
        // nothing can be left over.
        Kind::Group | Kind::Choir | Kind::Namespace => Ok(Decided::Barred),
    }
}
