//! Editing an open invitation: for how many and until when it is good, what is said with it, and less of what it
//! gives. Nobody who is in or on the way is shut out by that.

use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::Known;
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission};

use super::landing::may_send;
use super::make::{Wanted, Wished};
use super::show::{Reach, Shown};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::app::registration::invite::{InviteError, allowance, within_allowance};
use crate::domain::changed::Changed;
use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::{Invitation, InvitationId, State};
use crate::domain::texts::Texts;
use crate::store::audit;
use crate::store::engine::edits::{Terms, hold, set_terms};
use crate::store::engine::{grants, made, texts};
use crate::store::group::{groups, join_requests};

/// What shall be different.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edit {
    /// What it gives; less than before, or less of it.
    pub(crate) grants: Option<Vec<Wished>>,
    /// For how many people it is good.
    pub(crate) max_uses: Option<i64>,
    /// When it ends by itself.
    pub(crate) expires_at: Changed<Millis>,
    /// What the guest is told.
    pub(crate) message: Changed<String>,
    /// What its maker calls it.
    pub(crate) label: Changed<String>,
    /// For its maker.
    pub(crate) note: Changed<String>,
    /// Where whoever came in arrives.
    pub(crate) landing_channel: Changed<ChannelId>,
    /// What they read there.
    pub(crate) welcome: Changed<String>,
}

/// Why it stays as it is. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is none, or none that the caller may see.
    #[error("no such invitation")]
    NotFound,
    /// It is not as the caller has seen it any more.
    #[error("it has changed")]
    Changed,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// Its maker may not invite people to where those who come shall arrive.
    #[error("not the maker's to send people to")]
    LandingNotYours,
    /// It would give what it does not give now.
    #[error("an edit gives less")]
    NotLess(usize),
    /// What it gives first would go.
    #[error("the first thing stays")]
    FirstStays,
    /// What is for one person is good for one.
    #[error("it is for one person")]
    ForOne,
    /// So many people are in or on the way.
    #[error("{0} uses are taken")]
    UsesTaken(i64),
    /// The site's setting says no.
    #[error("may not invite")]
    MayNotInvite,
    /// All that one may invite are invited.
    #[error("the quota is used up")]
    QuotaUsedUp,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(EditError);

impl From<InviteError> for EditError {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NotAllowed => Self::MayNotInvite,
            InviteError::QuotaUsedUp => Self::QuotaUsedUp,
            InviteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Edits it, if it is what `is_meant` knows. `render` words the answer.
pub(crate) async fn edit_invitation(
    app: &App,
    (by, way): (&Known, Way),
    id: InvitationId,
    edit: Edit,
    call: Option<OneCall>,
    is_meant: impl FnOnce(Shown) -> Result<bool, Fault> + Send + 'static,
    render: impl FnOnce(Shown) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, EditError> {
    if let Some(before) = answered_before::<EditError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let (me, reach, quota) = (by.user, Reach::of(by), allowance(app, by.is_super_user));
    let actor = Actor::account(by.user, &by.username, way);
    if let Changed::To(channel) = edit.landing_channel {
        let found = app.db.look(move |conn| reach.find(conn, id)).await?;
        let (row, ..) = found.ok_or(EditError::NotFound)?;
        if !may_send(app, row.issuer_id.unwrap_or(by.user), channel).await? {
            return Err(EditError::LandingNotYours);
        }
    }
    write_once(app, app.db.clone(), call, move |conn, now| {
        reach.find(conn, id)?.ok_or(EditError::NotFound)?;
        hold(conn, id)?;
        let said = made::find(conn, id)?.ok_or(EditError::NotFound)?;
        let shown = Shown::read(conn, said)?;
        let row = shown.invitation.clone();
        let said = shown.texts.clone();
        let before = shown.grants.clone();
        if !is_meant(shown)? {
            return Err(EditError::Changed);
        }
        if !row.is_pending(now.process()) {
            return Err(EditError::Ended);
        }
        let fewer = match &edit.grants {
            Some(wished) => Some(fewer(conn, &before, wished)?),
            None => None,
        };
        let first = fewer.as_ref().and_then(|all| all.first());
        let terms = terms(&row, first, &edit)?;
        let more = terms.max_uses.saturating_sub(row.max_uses);
        if let (Some(Grant::Account), Some(issuer)) = (Grant::of(&row), row.issuer_id)
            && more > 0
        {
            within_allowance(conn, issuer, more, quota?, now)?;
        }
        if !set_terms(conn, id, &terms, me, now)? {
            return Err(why_not(conn, id)?);
        }
        if let Some([_, further @ ..]) = fewer.as_deref()
            && row.gives_several()
        {
            grants::replace(conn, id, further)?;
        }
        say(conn, &row, said, edit, now)?;
        audit::anothers(conn, &actor, Verb::InvitationEdited, &row, now)?;
        let edited = made::find(conn, id)?.ok_or(EditError::NotFound)?;
        Ok(render(Shown::read(conn, edited)?)?)
    })
    .await
}

/// What is left of `before`: each of the wished is one of them, or less. The first stays, because by it an invitation is
/// told from others.
fn fewer(
    conn: &mut Conn,
    before: &[Promise],
    wished: &[Wished],
) -> Result<Vec<Promise>, EditError> {
    let mut left: Vec<Option<Promise>> = vec![None; before.len()];
    for (at, wish) in wished.iter().enumerate() {
        let named = named(conn, &wish.wanted)?.ok_or(EditError::NotLess(at))?;
        let mut places = before.iter().zip(&mut left);
        let fits = |promise: &Promise| {
            let longest = promise.ends_after.unwrap_or(i64::MAX);
            promise.grant.covers(named) && wish.ends_after.unwrap_or(i64::MAX) <= longest
        };
        let place = places.find(|(promise, left)| left.is_none() && fits(promise));
        let (promise, left) = place.ok_or(EditError::NotLess(at))?;
        *left = Some(Promise {
            grant: named,
            ground: promise.ground,
            ends_after: wish.ends_after,
        });
    }
    if left.first().is_some_and(Option::is_none) {
        return Err(EditError::FirstStays);
    }
    Ok(left.into_iter().flatten().collect())
}

fn terms(row: &Invitation, first: Option<&Promise>, edit: &Edit) -> Result<Terms, EditError> {
    let (grants, ends_after) = match first {
        None => (row.grants, row.ends_after),
        Some(less) => {
            let bits = match less.grant {
                // What else an account is given was no part of what was named.
                Grant::Account => row.grants,
                grant @ (Grant::Channel(..) | Grant::Group(..) | Grant::Namespace(_)) => {
                    grant.bits()
                }
            };
            (bits, less.ends_after)
        }
    };
    let max_uses = edit.max_uses.unwrap_or(row.max_uses);
    if (row.recipient_id.is_some() || row.recipient_email.is_some()) && max_uses != 1 {
        return Err(EditError::ForOne);
    }
    Ok(Terms {
        grants,
        ends_after,
        max_uses,
        expires_at: edit.expires_at.clone().of(row.expires_at),
    })
}

/// What is named, as far as it exists.
fn named(conn: &mut Conn, wanted: &Wanted) -> Result<Option<Grant>, Fault> {
    Ok(match wanted {
        Wanted::Account => Some(Grant::Account),
        Wanted::Channel(channel, permissions) => {
            Some(Grant::Channel(*channel, permissions.with(Permission::Read)))
        }
        Wanted::Group(which, role) => {
            groups::find(conn, which)?.map(|group| Grant::Group(group.id, *role))
        }
        Wanted::Namespace(id) => Some(Grant::Namespace(*id)),
    })
}

fn why_not(conn: &mut Conn, id: InvitationId) -> Result<EditError, Fault> {
    let now = made::find(conn, id)?.map(|(row, ..)| row);
    Ok(match now {
        None => EditError::NotFound,
        Some(row) if row.state == State::Open => EditError::UsesTaken(row.used),
        Some(_) => EditError::Ended,
    })
}

fn say(
    conn: &mut Conn,
    row: &Invitation,
    before: Texts,
    edit: Edit,
    now: SqlNow,
) -> Result<(), Fault> {
    let said = Texts {
        message: edit.message.clone().of(before.message),
        label: edit.label.of(before.label),
        note: edit.note.of(before.note),
        landing_channel: edit.landing_channel.of(before.landing_channel),
        welcome: edit.welcome.of(before.welcome),
        ..Texts::default()
    };
    texts::replace(conn, row.id, &said)?;
    // The group's own contract shows it too.
    if let Changed::To(message) = edit.message {
        join_requests::set_message(conn, row.id, &message, now)?;
    }
    Ok(())
}
