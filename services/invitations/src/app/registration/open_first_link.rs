//! The link that makes the first account, a super user. While there is no super user, each start
//! withdraws the last link and makes a new one; one slot leaves one of them open across replicas.

use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;

use super::invite::new_registration;
use crate::app::App;
use crate::domain::kind::{FIRST_ACCOUNT_SLOT, RegistrationGrants};
use crate::settings::end_of_life;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::engine::invitations::insert;

/// The new link's token. `None`: there is a super user, or another replica starts right now and
/// prints its own.
pub(crate) async fn open_first_link(app: &App) -> Result<Option<Secret>, Fault> {
    let has_super_user = app.users.has_super_user().await?;
    let now = app.db.now();
    let expires_at = end_of_life(now.process(), app.settings.first_link_life_s);
    let grants = RegistrationGrants { super_user: true };
    let made = if has_super_user {
        None
    } else {
        Some(new_registration(app, grants, 1, expires_at).await?)
    };
    // It ends the link before, and a start must not hang on a full disk.
    app.db
        .for_ending()
        .write(move |conn| {
            end_groundless(conn, &Groundless::InSlot(FIRST_ACCOUNT_SLOT), NOW, now)?;
            let Some((token, mut new)) = made else {
                return Ok(None);
            };
            new.slot = Some(FIRST_ACCOUNT_SLOT);
            Ok(insert(conn, &new, now)?.map(|_| token))
        })
        .await
}
