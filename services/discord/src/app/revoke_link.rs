//! Taking a link back: at Discord first, then here, so that a link that counts as revoked is dead. If
//! the second step is lost, revoking once more finds the first one done.

use std::sync::Arc;

use latchkey_common::audit::{self, Actor};
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_peers::users::People;

use super::list_links::everybody;
use super::show_link::find_named;
use super::{App, to_the_end};
use crate::discord::{DiscordError, TakenBack};
use crate::domain::link::{Code, Link, parse_id};
use crate::domain::subject::{Asker, NotSuperUser};
use crate::store::links;

/// Why the link is as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RevokeError {
    /// Links are taken back by super users.
    #[error(transparent)]
    NotSuperUser(#[from] NotSuperUser),
    /// There is no such link.
    #[error("there is no such link")]
    NotFound,
    /// It is being made, was never made, or was taken back before.
    #[error("the link is not alive")]
    NotAlive,
    /// Discord did not take it back.
    #[error("{0}")]
    Discord(#[from] DiscordError),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RevokeError);

/// Takes back the link with the id that the contract shows; its user may get another one.
pub(crate) async fn revoke_link(
    app: &Arc<App>,
    (asker, by): (Asker, Actor),
    id: &str,
) -> Result<(Link, People), RevokeError> {
    if !asker.is_super_user {
        return Err(NotSuperUser.into());
    }
    let uuid = parse_id(id).ok_or(RevokeError::NotFound)?;
    let found = app
        .db
        .read(move |conn| links::find(conn, &uuid)?.ok_or(RevokeError::NotFound))
        .await?;
    revoke(app, found, by).await
}

/// The operator takes back the link that they name, by its id, its code or as people open it.
pub(crate) async fn revoke_any_link(
    app: &Arc<App>,
    by: Actor,
    named: &str,
) -> Result<(Link, People), RevokeError> {
    let found = find_named(app, named).await?;
    revoke(app, found.ok_or(RevokeError::NotFound)?, by).await
}

async fn revoke(app: &Arc<App>, found: Link, by: Actor) -> Result<(Link, People), RevokeError> {
    // Only a ready link has a code that is alive.
    let alive = found.is_ready().then_some(found.code.as_deref()).flatten();
    let code = alive.and_then(Code::parse).ok_or(RevokeError::NotAlive)?;
    let working = Arc::clone(app);
    let revoked = to_the_end(async move { take_back(&working, &found, &code, by).await }).await?;
    let people = People::find(&app.users, everybody(&revoked)).await?;
    Ok((revoked, people))
}

async fn take_back(app: &App, link: &Link, code: &Code, by: Actor) -> Result<Link, RevokeError> {
    let user = by.user();
    let who = user.map_or_else(|| "the operator".to_owned(), |id| format!("user {id}"));
    let reason = format!("Latchkey: link of user {} revoked by {who}", link.user_id);
    let taken_back = app.discord.delete_invite(code, reason).await?;
    tracing::info!(
        user = link.user_id.0,
        link = link.uuid,
        by = user.map(|id| id.0),
        was_alive = matches!(taken_back, TakenBack::Now),
        "a link was revoked"
    );
    let (id, now) = (link.id, app.db.now());
    app.db
        .for_ending()
        .write(move |conn| {
            let revoked = links::revoke(conn, id, user, now)?;
            let revoked = revoked.ok_or(RevokeError::NotAlive)?;
            let whose = Id::<ids::Account>::of(revoked.user_id.0).to_string();
            let named = (Some(whose.as_str()), revoked.uuid.as_str());
            audit::note(conn, &by, Verb::DiscordLinkRevoked, named, now)?;
            Ok(revoked)
        })
        .await
}
