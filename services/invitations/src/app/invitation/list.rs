//! The invitations that somebody made, and whom one of them let in.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use super::show::{Reach, ShowError, Shown};
use crate::app::App;
use crate::domain::invitation::{InvitationId, Use};
use crate::store::engine::made;
pub(crate) use crate::store::engine::made::{Part, Wanted};

/// Those of `me`, a part of them.
pub(crate) async fn list_made(
    app: &App,
    me: UserId,
    wanted: Wanted,
    part: Part,
) -> Result<Vec<Shown>, Fault> {
    let now = app.db.now();
    let found = app
        .db
        .look(move |conn| made::list(conn, me, &wanted, part, now))
        .await?;
    Ok(found.into_iter().map(Shown::from).collect())
}

/// Whom it let in, and who is on the way.
pub(crate) async fn list_roster(
    app: &App,
    reach: Reach,
    id: InvitationId,
    part: Part,
) -> Result<Vec<Use>, ShowError> {
    app.db
        .read(move |conn| {
            reach.find(conn, id)?.ok_or(ShowError::NotFound)?;
            Ok(made::roster(conn, id, part)?)
        })
        .await
}
