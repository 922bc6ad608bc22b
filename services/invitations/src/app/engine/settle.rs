//! Finding out how acts ended whose outcome nobody here knows, and settling their uses. A use is
//! given back only when the other side has barred the key for ever: merely asking would let a slow
//! act win afterwards.

use latchkey_common::db::SqlNow;
use latchkey_common::fault::Fault;
use latchkey_peers::Decided;

use super::kinds::{decide, lost_ground};
use crate::app::App;
use crate::app::invitation::finish::finish_left_over;
use crate::domain::act::Outcome;
use crate::domain::invitation::{Invitation, Use, UseId};
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
    if invitation.gives_several() {
        let finishing = finish_left_over(app, used, invitation);
        let outcome = tokio::time::timeout(app.settings.act_deadline(), finishing).await;
        let outcome = match outcome.unwrap_or_else(|_| Err(Fault::overloaded("act")))? {
            Outcome::In => "used",
            Outcome::Nothing(_) => "released",
            Outcome::Open => return Ok(()),
        };
        told(used, outcome);
        return Ok(());
    }
    let key = used.key();
    let decided = decide(app, invitation.kind, key.clone()).await?;
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
        told(used, outcome);
    }
    Ok(())
}

fn told(used: &Use, outcome: &'static str) {
    tracing::info!(
        invitation = used.invitation_id.0,
        outcome,
        "settled a use that was left over"
    );
    metrics::counter!("latchkey_uses_settled_by_job_total", "outcome" => outcome).increment(1);
}
