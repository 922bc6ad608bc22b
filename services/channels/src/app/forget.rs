//! Forgetting whoever has deleted the account: they leave every channel, and what they wrote stands there as a deleted
//! person's. Each step is a transaction that may be the last; whoever comes next goes on.

use latchkey_common::auth::UserId;
use latchkey_common::crash_point;
use latchkey_common::db::kept_answers;
use latchkey_common::fault::Fault;
use latchkey_contracts::callers_of;
use latchkey_peers::channels::ChannelId;
use latchkey_peers::users::{Part, People};

use super::App;
use super::end_memberships::write_down;
use super::leave_channel::{LeaveError, go};
use crate::store::{channels, departed, members};

/// Channels that are asked for at once.
const CHANNELS: i64 = 100;

/// Members who are looked at for one who can look after a channel: one question to `users`.
const HEIRS: i64 = 1_000;

/// Forgets everybody who is to be forgotten. Somebody of whom it fails keeps nobody else.
pub(crate) async fn forget_departed(app: &App) -> Result<(), Fault> {
    let mut trouble = Ok(());
    for user in app.users.departed(Part::Channels).await? {
        let done = match forget(app, user).await {
            Ok(()) => app.users.forgotten(Part::Channels, user).await,
            failed => failed,
        };
        trouble = trouble.and(done);
    }
    trouble
}

async fn forget(app: &App, user: UserId) -> Result<(), Fault> {
    loop {
        let left = app
            .db
            .look(move |conn| departed::channels_of(conn, user, CHANNELS))
            .await?;
        if left.is_empty() {
            break;
        }
        for channel in left {
            take_out(app, user, channel).await?;
            crash_point::reach(crash_point::WHILE_FORGETTING);
        }
    }
    // Only now: whoever is in may still say something.
    while app
        .db
        .change(move |conn| departed::take_name_away(conn, user))
        .await?
    {}
    app.db
        .for_ending()
        .change(move |conn| kept_answers::forget_of(conn, &callers_of(user)))
        .await?;
    crash_point::reach(crash_point::AFTER_FORGETTING);
    Ok(())
}

async fn take_out(app: &App, user: UserId, channel: ChannelId) -> Result<(), Fault> {
    let now = app.db.now();
    let heirs = app
        .db
        .look(move |conn| departed::heirs(conn, channel, user, HEIRS))
        .await?;
    let people = People::find(&app.users, heirs).await?;
    app.db
        .for_ending()
        .write(move |conn| {
            let Some(channel) = channels::lock(conn, channel)? else {
                return Ok(());
            };
            write_down(conn, channel.id, now)?;
            if members::permissions(conn, channel.id, user, now)?.is_none() {
                return Ok(());
            }
            // As it is now that nobody else can change the channel.
            let heirs = departed::heirs(conn, channel.id, user, HEIRS)?;
            let able = heirs.iter().find(|heir| !people.is_locked(**heir));
            let heir = able.or(heirs.first()).copied();
            match go(conn, &channel, user, heir, now) {
                Err(LeaveError::Fault(fault)) => Err(fault),
                Err(refusal) => Err(Fault::internal(refusal)),
                Ok(()) => Ok(()),
            }
        })
        .await?;
    app.feed.written();
    Ok(())
}
