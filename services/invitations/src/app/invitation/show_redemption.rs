//! One use of an invitation, for whoever came by it, for the invitation's maker and for whoever manages those of
//! others.

use super::redemption::{Redemption, of_uses};
use super::show::{Reach, ShowError};
use crate::app::App;
use crate::domain::claim::Which;
use crate::domain::invitation::UseId;
use crate::store::engine::{invitations, made};

/// Shows it.
pub(crate) async fn show_redemption(
    app: &App,
    reach: Reach,
    id: UseId,
) -> Result<Redemption, ShowError> {
    app.db
        .read(move |conn| {
            let used = made::use_by_id(conn, id)?.ok_or(ShowError::NotFound)?;
            let of = used.invitation_id;
            let is_shown =
                used.user_id.is_some_and(|user| reach.is(user)) || reach.find(conn, of)?.is_some();
            let invitation = invitations::find(conn, Which::Id(of))?;
            let invitation = invitation.filter(|_| is_shown);
            let invitation = invitation.ok_or(ShowError::NotFound)?;
            let found = of_uses(conn, &invitation, vec![used])?.pop();
            found.ok_or(ShowError::NotFound)
        })
        .await
}
