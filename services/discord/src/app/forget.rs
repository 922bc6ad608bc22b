//! Forgetting whoever has deleted the account: their link is taken back, and which it was goes.

use std::sync::Arc;

use latchkey_common::auth::UserId;
use latchkey_common::crash_point;
use latchkey_common::fault::Fault;
use latchkey_peers::users::Part;

use super::App;
use crate::domain::link::Code;
use crate::store::links;

/// Forgets everybody who is to be forgotten. Somebody of whom it fails keeps nobody else.
pub(crate) async fn forget_departed(app: &Arc<App>) -> Result<(), Fault> {
    let mut trouble = Ok(());
    for user in app.users.departed(Part::Discord).await? {
        let done = match forget(app, user).await {
            Ok(()) => app.users.forgotten(Part::Discord, user).await,
            failed => failed,
        };
        trouble = trouble.and(done);
    }
    trouble
}

/// At Discord first, like every link that is taken back; while Discord is away the person's name is not free. Where it says no
/// for good, only the link here goes.
async fn forget(app: &Arc<App>, user: UserId) -> Result<(), Fault> {
    let link = app.db.look(move |conn| links::of_user(conn, user)).await?;
    let code = link.and_then(|link| link.code);
    if let Some(code) = code.as_deref().and_then(Code::parse) {
        let reason = format!("Latchkey: user {user} deleted the account");
        match app.discord.delete_invite(&code, reason).await {
            Ok(_) => {}
            Err(error) if error.may_pass() => return Err(Fault::unavailable("Discord", error)),
            Err(error) => {
                tracing::warn!(user = user.0, %error, "Discord keeps the link of a deleted person");
            }
        }
        crash_point::reach(crash_point::WHILE_FORGETTING);
    }
    let now = app.db.now();
    app.db
        .for_ending()
        .change(move |conn| links::forget(conn, user, now))
        .await?;
    crash_point::reach(crash_point::AFTER_FORGETTING);
    Ok(())
}
