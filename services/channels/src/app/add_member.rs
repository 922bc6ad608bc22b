//! Making somebody a member on an invitation that another service keeps: done once a key.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::{self, ActKey, Begun, Decision};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::Decided;
use latchkey_peers::channels::{AddMember, AddMemberError, Membership};

use super::App;
use super::end_memberships::write_down;
use crate::domain::channel::OpenChannel;
use crate::domain::member::{Person, Relation};
use crate::store::joining::{add_at_once, admit};
use crate::store::{channels, members};

/// Makes somebody a member. The same key makes one membership and answers it each time. A refusal
/// by a rule leaves no trace of the key.
pub(crate) async fn add_member(app: &App, ask: AddMember) -> Result<Membership, AddMemberError> {
    let now = app.db.now();
    let membership = match at_once(app, &ask, now).await? {
        Some(membership) => membership,
        None => step_by_step(app, ask, now).await?,
    };
    app.feed.written();
    Ok(membership)
}

/// The whole act in one statement, where the database has one. It says nothing but yes: whatever stands
/// in the way, [`step_by_step`] finds it again and names it.
async fn at_once(app: &App, ask: &AddMember, now: SqlNow) -> Result<Option<Membership>, Fault> {
    if !app.db.has_many_writers() {
        return Ok(None);
    }
    let ask = ask.clone();
    app.db
        .for_new()
        .write_single(move |conn| Ok(add_at_once(conn, &ask, now)?))
        .await
}

async fn step_by_step(
    app: &App,
    ask: AddMember,
    sql_now: SqlNow,
) -> Result<Membership, AddMemberError> {
    let now = sql_now.process();
    app.db
        .for_new()
        .write(move |conn| {
            match act_keys::begin(conn, &ask.key, sql_now)? {
                Begun::Barred => return Err(AddMemberError::Barred),
                Begun::Made(_) => return made_before(conn, &ask, sql_now),
                Begun::New => {}
            }
            let channel =
                channels::lock(conn, ask.channel)?.ok_or(AddMemberError::ChannelNotFound)?;
            write_down(conn, channel.id, sql_now)?;
            if members::permissions(conn, channel.id, ask.user, sql_now)?.is_some() {
                return Err(AddMemberError::AlreadyMember);
            }
            if !may_grant(conn, &channel, &ask, sql_now)? {
                return Err(AddMemberError::IssuerLostRight);
            }
            let person = Person {
                id: ask.user,
                username: ask.username,
            };
            let membership = admit(
                conn,
                &channel,
                &person,
                ask.permissions,
                ask.ends_after,
                now,
            )?;
            act_keys::made(conn, &ask.key, person.id.0)?;
            Ok(membership)
        })
        .await
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
fn may_grant(
    conn: &mut Conn,
    channel: &OpenChannel,
    ask: &AddMember,
    now: SqlNow,
) -> QueryResult<bool> {
    let seat = members::seat(conn, channel.id, ask.issuer, now)?;
    Ok(seat.is_some_and(|seat| seat.is_still(ask.issuer_since) && seat.may_grant(ask.permissions)))
}

/// The membership that the key made. When it has ended since, the answer says what it was: the act
/// *was* done, and whoever asks again has to settle it so.
fn made_before(
    conn: &mut Conn,
    ask: &AddMember,
    now: SqlNow,
) -> Result<Membership, AddMemberError> {
    if let Relation::Member(membership) = members::relation(conn, ask.channel, ask.user, now)? {
        return Ok(membership);
    }
    let channel = channels::find(conn, ask.channel)?.ok_or(AddMemberError::ChannelNotFound)?;
    Ok(channel.membership(ask.permissions, now.process()))
}
