//! Joining a public channel without an invitation.

use latchkey_common::db::once::{CallError, KeyRefusal, Made, Once};
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{
    ChannelId, ChannelType, JoinError, JoinPublic, Joined, Membership, Permissions,
};

use super::App;
use super::end_memberships::write_down;
use crate::domain::channel::OpenChannel;
use crate::domain::member::Person;
use crate::store::joining::admit;
use crate::store::{channels, members};

/// Lets somebody into a public channel, with the permissions of that way in, for a call that may have a key. What
/// was made is kept as others are told it, because the contract's answer is another service's.
pub(crate) async fn join_public(app: &App, ask: JoinPublic) -> Result<Joined, JoinError> {
    let now = app.db.now();
    let person = Person {
        id: ask.user,
        username: ask.username,
    };
    let once = ask.call.map(|call| Once {
        call,
        answer: kept,
        seal: None,
    });
    let made = app
        .db
        .for_new()
        .write_once(once, move |conn| {
            let channel = joinable(conn, ask.channel, &person, now)?;
            let permissions = Permissions::PUBLIC_JOIN;
            admit(conn, &channel, &person, permissions, None, now.process())
                .map_err(JoinError::from)
        })
        .await;
    match made {
        Ok(Made::Now(membership)) => {
            app.feed.written();
            Ok(Joined {
                membership,
                is_replay: false,
            })
        }
        Ok(Made::Before(kept)) => Ok(Joined {
            membership: serde_json::from_slice(&kept).map_err(Fault::internal)?,
            is_replay: true,
        }),
        Err(CallError::Refused(refused)) => Err(refused),
        Err(CallError::Key(KeyRefusal::OtherCall)) => Err(JoinError::OtherCall),
        Err(CallError::Key(KeyRefusal::InProgress)) => Err(Fault::overloaded("the call").into()),
    }
}

fn kept(membership: &Membership) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(membership).map_err(Fault::internal)
}

/// The channel, held, if this person may come in.
fn joinable(
    conn: &mut Conn,
    channel: ChannelId,
    person: &Person,
    now: SqlNow,
) -> Result<OpenChannel, JoinError> {
    let channel = channels::lock(conn, channel)?.ok_or(JoinError::ChannelNotFound)?;
    write_down(conn, channel.id, now)?;
    if members::permissions(conn, channel.id, person.id, now)?.is_some() {
        return Err(JoinError::AlreadyMember);
    }
    if channel.channel_type != ChannelType::Public {
        return Err(JoinError::NotPublic);
    }
    Ok(channel)
}
