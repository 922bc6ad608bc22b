//! Removing members: all of a list, or none.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission};

use super::{App, dismiss};
use crate::domain::event::Fact;
use crate::store::{channels, members};

/// The longest list of users to remove.
const MAX_REMOVALS: usize = 1_000;

/// Why nobody was removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RemoveError {
    #[error("no such channel")]
    ChannelNotFound,
    #[error("nobody removes oneself")]
    Oneself,
    #[error("not a member who may remove others")]
    NoPermission,
    #[error("one of them is no member")]
    NotMember,
    #[error("one of them owns the channel")]
    Owner,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RemoveError);

/// Removes `users` from a channel. The first of them who cannot be removed decides the refusal.
pub(crate) async fn remove_members(
    app: &App,
    me: UserId,
    channel: ChannelId,
    mut users: Vec<UserId>,
    once: Option<Once<()>>,
) -> Result<Made<()>, CallError<RemoveError>> {
    if users.len() > MAX_REMOVALS {
        return Err(Fault::invalid("At most 1,000 users can be removed at once.").into());
    }
    let mut seen = std::collections::HashSet::new();
    users.retain(|user| seen.insert(*user));
    let now = app.db.now();
    let made = app
        .db
        .for_ending()
        .write_once(once, move |conn| {
            let channel = channels::lock(conn, channel)?.ok_or(RemoveError::ChannelNotFound)?;
            if users.contains(&me) {
                return Err(RemoveError::Oneself);
            }
            members::permissions(conn, channel.id, me, now)?
                .filter(|held| held.contains(Permission::RemoveUsers))
                .ok_or(RemoveError::NoPermission)?;
            for user in users {
                members::permissions(conn, channel.id, user, now)?.ok_or(RemoveError::NotMember)?;
                if user == channel.owner {
                    return Err(RemoveError::Owner);
                }
                dismiss(conn, channel.id, user, Fact::Remove, now.process())?;
            }
            Ok(())
        })
        .await?;
    app.feed.written();
    Ok(made)
}
