//! The invitations that somebody made, and whom one of them let in.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use super::redemption::{Redemption, of_uses};
use super::show::{Reach, ShowError, Shown};
use crate::app::App;
use crate::domain::invitation::InvitationId;
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
    app.db
        .look(move |conn| {
            let found = made::list(conn, me, &wanted, part, now)?;
            Shown::read_all(conn, found)
        })
        .await
}

/// Whom it let in, and who is on the way.
pub(crate) async fn list_roster(
    app: &App,
    reach: Reach,
    id: InvitationId,
    part: Part,
) -> Result<Vec<Redemption>, ShowError> {
    app.db
        .read(move |conn| {
            let (row, ..) = reach.find(conn, id)?.ok_or(ShowError::NotFound)?;
            let uses = made::roster(conn, id, part)?;
            Ok(of_uses(conn, &row, uses)?)
        })
        .await
}
