//! Making somebody a member on an invitation that another service keeps: done once a key.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::{self, ActKey, Begun, Decision};
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_peers::Decided;
use latchkey_peers::channels::{AddMember, AddMemberError, Membership, Permission};

use super::{App, admit};
use crate::domain::channel::OpenChannel;
use crate::domain::member::Person;
use crate::store::{channels, members};

/// Makes somebody a member. The same key makes one membership and answers it each time. A refusal
/// by a rule leaves no trace of the key.
pub(crate) async fn add_member(app: &App, ask: AddMember) -> Result<Membership, AddMemberError> {
    let (now, sql_now) = (app.db.clock().now(), app.db.now());
    let membership = app
        .db
        .write(move |conn| {
            match act_keys::begin(conn, &ask.key, sql_now)? {
                Begun::Barred => return Err(AddMemberError::Barred),
                Begun::Made(_) => return made_before(conn, &ask, now),
                Begun::New => {}
            }
            let channel =
                channels::lock(conn, ask.channel)?.ok_or(AddMemberError::ChannelNotFound)?;
            if members::permissions(conn, channel.id, ask.user)?.is_some() {
                return Err(AddMemberError::AlreadyMember);
            }
            if !may_grant(conn, &channel, &ask)? {
                return Err(AddMemberError::IssuerLostRight);
            }
            let person = Person {
                id: ask.user,
                username: ask.username,
            };
            let membership = admit(conn, &channel, &person, ask.permissions, now)?;
            act_keys::made(conn, &ask.key, person.id.0)?;
            Ok(membership)
        })
        .await?;
    app.feed.written();
    Ok(membership)
}

/// Says who became a member by this key, or bars it for ever.
pub(crate) async fn decide_member(app: &App, key: ActKey) -> Result<Decided<UserId>, Fault> {
    let now = app.db.now();
    app.db
        .write(move |conn| {
            Ok(match act_keys::decide(conn, &key, now)? {
                Decision::Made(user) => Decided::Made(UserId(user)),
                Decision::Barred => Decided::Barred,
            })
        })
        .await
}

/// The channel's row is held, so what is read here stands until the commit.
fn may_grant(conn: &mut Conn, channel: &OpenChannel, ask: &AddMember) -> QueryResult<bool> {
    let held = members::permissions(conn, channel.id, ask.issuer)?;
    Ok(held.is_some_and(|held| {
        held.contains(Permission::Invite) && held.covers(ask.permissions)
    }))
}

/// The membership that the key made. When it has ended since, the answer says what it was: the act
/// *was* done, and whoever asks again has to settle it so.
fn made_before(
    conn: &mut Conn,
    ask: &AddMember,
    now: Millis,
) -> Result<Membership, AddMemberError> {
    match members::membership(conn, ask.channel, ask.user)? {
        Some(Some(membership)) => Ok(membership),
        _ => {
            let channel = channels::find(conn, ask.channel)?
                .ok_or(AddMemberError::ChannelNotFound)?;
            Ok(Membership {
                channel: channel.id,
                name: channel.name,
                channel_type: channel.channel_type,
                permissions: ask.permissions,
                owner: channel.owner,
                last_message: channel.last_message.0,
                last_read: 0,
                joined_at: now,
            })
        }
    }
}
