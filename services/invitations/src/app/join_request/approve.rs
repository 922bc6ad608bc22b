//! Saying yes to a request.

use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::trail::Verb;

use super::admit::admit;
use super::decider::Decider;
use super::invite_applicant::invite_applicant;
pub(crate) use super::not_decided::DecideError;
use super::right::{Wanted, right_over};
use super::view::{RequestView, view_one};
use crate::app::App;
use crate::app::invitation::redeem::{Redeemed, settled_before, told};
use crate::domain::claim::Person;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Kind;
use crate::store::engine::requests;

/// What whoever asked is given, where it is something else than they have asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Given {
    /// What, in the encoding of its kind.
    pub(crate) grants: Option<i64>,
    /// After how many milliseconds they are in no more.
    pub(crate) ends_after: Option<i64>,
}

/// Lets in whoever asked.
pub(crate) async fn approve_request(
    app: &App,
    by: &Decider,
    id: InvitationId,
    call: Option<OneCall>,
) -> Result<(RequestView, bool), DecideError> {
    approve_for(app, by, id, None, call).await
}

/// Lets in whoever asked, after as many milliseconds no more.
pub(crate) async fn approve_for(
    app: &App,
    by: &Decider,
    id: InvitationId,
    ends_after: Option<i64>,
    call: Option<OneCall>,
) -> Result<(RequestView, bool), DecideError> {
    let found = app.db.look(move |conn| requests::find(conn, id)).await?;
    let row = found.ok_or(DecideError::NotFound)?.invitation;
    let is_replay = if row.kind == Kind::Registration {
        if ends_after.is_some() {
            return Err(DecideError::NoEnd);
        }
        invite_applicant(app, by, id, call).await?.is_replay
    } else {
        let given = Given {
            grants: None,
            ends_after,
        };
        settle_request(app, by, id, given, call).await?.1
    };
    let view = view_one(app, id).await?.ok_or(DecideError::NotFound)?;
    Ok((view, is_replay))
}

/// The same with what is given.
pub(super) async fn settle_request(
    app: &App,
    by: &Decider,
    id: InvitationId,
    given: Given,
    call: Option<OneCall>,
) -> Result<Redeemed, DecideError> {
    if let Some(used) = settled_before(app, call.as_ref()).await? {
        return Ok((used, true));
    }
    let found = app.db.look(move |conn| requests::find(conn, id)).await?;
    let row = found.ok_or(DecideError::NotFound)?.invitation;
    let grants = given.grants.unwrap_or(row.grants);
    let wanted = Wanted {
        kind: row.kind,
        target: row.target_id,
        grants,
    };
    let right = right_over(app, by.user, wanted).await?;
    if row.recipient_id == Some(by.user) {
        return Err(DecideError::Own);
    }
    let right = right.ok_or(DecideError::NotFound)?;
    if !row.is_pending(app.db.now().process()) {
        return Err(DecideError::Decided);
    }
    let person = asker(app, &row).await?;
    let (me, now) = (by.user, app.db.now());
    let (noted, asked) = (by.clone(), row.clone());
    // The yes is what is written down; whether they came in by it, the ledger tells.
    let prepared = app.db.change(move |conn| {
        let is_prepared = requests::prepare(conn, id, me, grants, given.ends_after)?;
        if is_prepared {
            noted.note(conn, Verb::JoinRequestApproved, &asked, now)?;
        }
        Ok(is_prepared)
    });
    if !prepared.await? {
        return Err(DecideError::Decided);
    }
    let outcome = admit(app, &row, person, (me, right), call.clone()).await;
    Ok(told(app, call.as_ref(), outcome).await?)
}

/// Whoever is locked by now comes in nowhere.
async fn asker(app: &App, row: &Invitation) -> Result<Person, DecideError> {
    let id = row.recipient_id.ok_or(DecideError::NotFound)?;
    let found = app.users.by_ids(vec![id]).await?.into_iter().next();
    let alive = found.filter(|one| !one.is_locked);
    let user = alive.ok_or(DecideError::NotFound)?;
    Ok(Person {
        user: user.id,
        username: user.username,
        email: None,
    })
}
