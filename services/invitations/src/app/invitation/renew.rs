//! Renewing an invitation: a new one takes its place, and what opened the old one opens the new one. The old one stays
//! in the history as it ended.

use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::{Known, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;

use super::make::{Asked, MakeError, Wanted, Wish, Wished, ask, check};
use super::not_made::in_the_way;
use super::recipient::Recipient;
use super::show::{Reach, Shown};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::admission::Admission;
use crate::domain::grant::{Grant, Promise};
use crate::domain::group::WhichGroup;
use crate::domain::invitation::{EndReason, Invitation, InvitationId, State};
use crate::domain::kind::Direction;
use crate::domain::texts::Texts;
use crate::store::audit;
use crate::store::engine::edits::hold;
use crate::store::engine::endings::{end, withdraw};
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::engine::{grants as further_grants, made, renewals, requests, texts};
use crate::store::group::join_requests;

/// What shall be different from the old one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Renewal {
    /// For how many people; as many as the old one.
    pub(crate) max_uses: Option<i64>,
    /// When it ends by itself; it lives as long as the old one was to.
    pub(crate) expires_at: Option<Millis>,
    /// What is said, where it is something else.
    pub(crate) texts: Texts,
}

/// Why there is none. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenewError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is none, or none that the caller may see.
    #[error("no such invitation")]
    NotFound,
    /// It has a successor.
    #[error("renewed before")]
    AlreadyRenewed(InvitationId),
    /// What is for one person is good for one.
    #[error("it is for one person")]
    ForOne,
    /// No such invitation can be made now.
    #[error(transparent)]
    Making(#[from] MakeError),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RenewError);

/// Makes it, on the right of `by`. `render` words the answer.
pub(crate) async fn renew_invitation(
    app: &App,
    (by, way): (&Known, Way),
    id: InvitationId,
    renewal: Renewal,
    call: Option<OneCall>,
    render: impl FnOnce(Shown) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, RenewError> {
    if let Some(before) = answered_before::<RenewError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    app.count_invitation(by.user)?;
    let (reach, issuer) = (Reach::of(by), by.user);
    let old = app.db.look(move |conn| {
        let said = reach.find(conn, id)?;
        said.map(|said| Shown::read(conn, said)).transpose()
    });
    let old = old.await?.ok_or(RenewError::NotFound)?;
    if let Some(newer) = app
        .db
        .look(move |conn| renewals::successor(conn, id))
        .await?
    {
        return Err(RenewError::AlreadyRenewed(newer));
    }
    let actor = Actor::account(by.user, &by.username, way);
    let row = old.invitation.clone();
    let wish = wish(&old, renewal, app.db.now().process())?;
    let asked = ask(app, by, &wish).await?;
    write_once(app, app.db.for_new(), call, move |conn, now| {
        let made = renew(conn, issuer, id, &wish, &asked, now)?;
        audit::anothers(conn, &actor, Verb::InvitationRenewed, &row, now)?;
        let made = made::find(conn, made)?.ok_or(RenewError::NotFound)?;
        Ok(render(Shown::read(conn, made)?)?)
    })
    .await
}

/// The old one again.
fn wish(old: &Shown, renewal: Renewal, now: Millis) -> Result<Wish, RenewError> {
    let row = &old.invitation;
    // What an operator's link gives beside an account is nobody else's to give.
    if Grant::of(row) == Some(Grant::Account) && row.grants != 0 {
        return Err(MakeError::GrantNotYours.into());
    }
    let again = |one: &Promise| Wished {
        wanted: again(one.grant),
        ends_after: one.ends_after,
    };
    let grants: Vec<Wished> = old.grants.iter().map(again).collect();
    let max_uses = renewal.max_uses.unwrap_or(row.max_uses);
    let recipient = match (&row.recipient_email, row.recipient_id) {
        (Some(address), _) => Some(Recipient::Email(address.clone())),
        (None, account) => account.map(Recipient::Account),
    };
    if recipient.is_some() && max_uses != 1 {
        return Err(RenewError::ForOne);
    }
    let life = row.expires_at.map(|end| end.since(row.created_at));
    let (said, before) = (renewal.texts, &old.texts);
    Ok(Wish {
        grants,
        on_lost_right: row.on_lost_right,
        recipient,
        max_uses,
        expires_at: renewal.expires_at.or(life.map(|life| now.plus(life))),
        texts: Texts {
            message: said.message.or_else(|| before.message.clone()),
            label: said.label.or_else(|| before.label.clone()),
            note: said.note.or_else(|| before.note.clone()),
            reference: before.reference.clone(),
            revoked_because: None,
            // Whether they can read there is asked when they come.
            landing_channel: before.landing_channel,
            welcome: before.welcome.clone(),
        },
        admission: old.admission,
    })
}

fn again(grant: Grant) -> Wanted {
    match grant {
        Grant::Account => Wanted::Account,
        Grant::Channel(channel, permissions) => Wanted::Channel(channel, permissions),
        Grant::Group(group, role) => Wanted::Group(WhichGroup::Id(group), role),
        Grant::Namespace(id) => Wanted::Namespace(id),
    }
}

fn renew(
    conn: &mut Conn,
    issuer: UserId,
    old: InvitationId,
    wish: &Wish,
    asked: &Asked,
    now: SqlNow,
) -> Result<InvitationId, RenewError> {
    hold(conn, old)?;
    let (row, ..) = made::find(conn, old)?.ok_or(RenewError::NotFound)?;
    make_room(conn, &row, issuer, now)?;
    let grants = check(conn, issuer, wish, asked, now)?;
    let (first, further) = grants.split_first().ok_or(RenewError::NotFound)?;
    let grant = first.grant;
    let new = NewInvitation {
        kind: grant.kind(),
        direction: Direction::Offer,
        target_id: grant.target(),
        issuer_id: Some(issuer),
        recipient_id: asked.recipient,
        recipient_email: wish.email(asked.recipient),
        secret: None,
        grants: grant.bits(),
        max_uses: wish.max_uses,
        expires_at: wish.expires_at,
        ground: first.ground,
        slot: None,
        ends_after: first.ends_after,
    };
    let Some(made) = insert(conn, &new, now)? else {
        return Err(in_the_way(conn, grant, asked.recipient)?.into());
    };
    if !renewals::insert(conn, made.id, old)? {
        let newer = renewals::successor(conn, old)?.ok_or(RenewError::NotFound)?;
        return Err(RenewError::AlreadyRenewed(newer));
    }
    if !further.is_empty() {
        further_grants::add(conn, made.id, further, wish.on_lost_right)?;
    } else if matches!(grant, Grant::Group(..)) && asked.recipient.is_some() {
        join_requests::insert(conn, made.id, wish.texts.message.as_deref())?;
    }
    texts::insert(conn, made.id, &wish.texts)?;
    if wish.admission == Admission::Request {
        requests::admit_by_request(conn, made.id)?;
    }
    renewals::move_secrets(conn, old, made.id)?;
    Ok(made.id)
}

/// An open one ends, and what is final stays as it is.
fn make_room(conn: &mut Conn, old: &Invitation, by: UserId, now: SqlNow) -> Result<(), RenewError> {
    if old.is_pending(now.process()) {
        withdraw(conn, old.id, Some(by), EndReason::Replaced, now)?;
    } else {
        end(conn, old.id, State::Expired, None, None, now)?;
    }
    Ok(())
}
