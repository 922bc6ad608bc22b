//! The whole story of one invitation: who made it and on whose right, for whom, what became of it,
//! and whom it let in.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use crate::app::App;
use crate::app::engine::kinds::{Details, details};
use crate::domain::act::ActRow;
use crate::domain::claim::Which;
use crate::domain::grant::Promise;
use crate::domain::invitation::{Invitation, Use, UseId};
use crate::store::engine::invitations::find;
use crate::store::engine::{acts, grants};
use crate::store::ledger::history;

/// The story.
#[derive(Debug)]
pub(crate) struct Story {
    /// The row.
    pub(crate) invitation: Invitation,
    /// All that it gives, in order.
    pub(crate) grants: Vec<Promise>,
    /// Its uses, whatever became of them.
    pub(crate) uses: Vec<Use>,
    /// What these uses bring, where it gives several things.
    pub(crate) acts: Vec<ActRow>,
    /// What the contract of its kind adds.
    pub(crate) details: Details,
    /// The names of everybody in it.
    pub(crate) people: People,
}

/// Tells it; `None` when there is no such invitation.
pub(crate) async fn show_invitation(app: &App, which: Which) -> Result<Option<Story>, Fault> {
    let limit = app.settings.max_ledger_lines;
    let found = app
        .db
        .read(move |conn| {
            let Some(invitation) = find(conn, which)? else {
                return Ok::<_, Fault>(None);
            };
            let uses = history(conn, invitation.id, limit)?;
            let details = details(conn, &invitation)?;
            let given = if invitation.gives_several() {
                let ids: Vec<UseId> = uses.iter().map(|one| one.id).collect();
                acts::of_uses(conn, &ids)?
            } else {
                Vec::new()
            };
            let promised = grants::all_of(conn, &invitation)?;
            Ok(Some((invitation, promised, uses, given, details)))
        })
        .await?;
    let Some((invitation, grants, uses, acts, details)) = found else {
        return Ok(None);
    };
    let named: Vec<UserId> = [
        invitation.issuer_id,
        invitation.recipient_id,
        invitation.decided_by,
    ]
    .into_iter()
    .flatten()
    .chain(uses.iter().filter_map(|one| one.user_id))
    .collect();
    let people = People::find(&app.users, named).await?;
    Ok(Some(Story {
        invitation,
        grants,
        uses,
        acts,
        details,
        people,
    }))
}
