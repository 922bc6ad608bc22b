//! Asking to be let in. Where somebody has offered the same, one is in at once.

use latchkey_common::auth::{Known, UserId};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission};

use super::offer::Met;
use super::view::RequestView;
use crate::app::App;
use crate::app::engine::once::{answered_before, write_once};
use crate::app::engine::standing::standing;
use crate::app::invitation::accept::{AcceptError, accept_invitation};
use crate::app::invitation::by_secret::{Shut, open_by_secret};
use crate::app::invitation::make::Wanted;
use crate::app::invitation::not_redeemed::RedemptionError;
use crate::app::invitation::redeem::settled_before;
use crate::domain::admission::Admission;
use crate::domain::grant::Grant;
use crate::domain::group::{Role, WhichGroup};
use crate::domain::invitation::{Invitation, InvitationId, SecretId, State};
use crate::domain::kind::Direction;
use crate::domain::namespace::Visibility;
use crate::domain::texts::Texts;
use crate::store::engine::endings::end;
use crate::store::engine::invitations::{NewInvitation, find_open_pair, insert};
use crate::store::engine::{requests, secrets, texts};
use crate::store::group::{group_members, groups, join_requests};
use crate::store::namespace::{collaborators, namespaces};

/// What somebody asks for.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    /// Into what; a link says it too.
    pub(crate) wanted: Option<Wanted>,
    /// What is said with it.
    pub(crate) message: Option<String>,
    /// A link whose maker has said that one may ask.
    pub(crate) secret: Option<Secret>,
}

/// Why nothing is asked. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The secret opens nothing.
    #[error(transparent)]
    Shut(Shut),
    /// The link lets in by itself.
    #[error("the link lets in by itself")]
    LetsIn,
    /// The link leads elsewhere.
    #[error("the link leads elsewhere")]
    OtherTarget,
    /// There is no such target, or none that the caller may know of.
    #[error("no such target")]
    TargetNotFound,
    /// In already.
    #[error("already a member")]
    AlreadyMember,
    /// There is an open request of the caller's.
    #[error("already asked")]
    AlreadyAsked(InvitationId),
    /// The target takes no requests.
    #[error("takes no requests")]
    NotTaken,
    /// Somebody has offered it.
    #[error("offered")]
    Offered(InvitationId),
    /// The offer that it meets lets nobody in.
    #[error(transparent)]
    Accepting(#[from] AcceptError),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(AskError);

impl From<RedemptionError> for AskError {
    fn from(error: RedemptionError) -> Self {
        Self::Accepting(error.into())
    }
}

/// The link that a request comes by.
#[derive(Clone, Copy)]
struct Link {
    /// Its number, and that of its secret.
    ids: (InvitationId, SecretId),
    /// For how many milliseconds it lets people in.
    ends_after: Option<i64>,
}

/// Asks, or takes what was offered. `render` words the answer to the first.
pub(crate) async fn ask_to_join(
    app: &App,
    who: &Known,
    asking: Asking,
    call: Option<OneCall>,
    render: impl FnOnce(RequestView) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Met, AskError> {
    if let Some(used) = settled_before(app, call.as_ref()).await? {
        return Ok(Met::Settled((used, true)));
    }
    if let Some(before) = answered_before::<AskError>(app, call.as_ref()).await? {
        return Ok(Met::Answered(before));
    }
    app.count_invitation(who.user)?;
    let (wanted, link) = place(app, &asking, who.user).await?;
    if let Wanted::Channel(channel, _) = &wanted {
        still_outside(app, *channel, who.user).await?;
    }
    let (me, username) = (who.user, who.username.clone());
    let made = write_once(app, app.db.for_new(), call.clone(), move |conn, now| {
        let made = ask(conn, me, &wanted, asking.message, link, now)?;
        let request = requests::find(conn, made)?.ok_or(AskError::TargetNotFound)?;
        let view = RequestView {
            request,
            username: Some(username),
        };
        Ok(render(view)?)
    });
    match made.await {
        Ok(made) => Ok(Met::Answered(made)),
        Err(AskError::Offered(id)) => {
            let accepted = accept_invitation(app, who, id, call).await?;
            Ok(Met::Settled(accepted))
        }
        Err(error) => Err(error),
    }
}

/// Where the request leads, and by which link.
async fn place(app: &App, asking: &Asking, me: UserId) -> Result<(Wanted, Option<Link>), AskError> {
    let Some(secret) = &asking.secret else {
        let wanted = asking.wanted.clone().ok_or(AskError::TargetNotFound)?;
        return Ok((wanted, None));
    };
    let opened = open_by_secret(app, secret, Some(me)).await;
    let opened = opened.map_err(AskError::Shut)?;
    if opened.shown.admission != Admission::Request {
        return Err(AskError::LetsIn);
    }
    let hash = opened.hash;
    let row = app.db.look(move |conn| secrets::find(conn, &hash)).await?;
    let row = row.ok_or(AskError::Shut(Shut::NotFound))?;
    let wanted = match opened.grant {
        Grant::Account => return Err(AskError::TargetNotFound),
        Grant::Channel(channel, permissions) => Wanted::Channel(channel, permissions),
        Grant::Group(group, role) => Wanted::Group(WhichGroup::Id(group), role),
        Grant::Namespace(id) => Wanted::Namespace(id),
    };
    let is_same = match (&asking.wanted, &wanted) {
        (None, _) => true,
        (Some(Wanted::Channel(one, _)), Wanted::Channel(other, _)) => one == other,
        (Some(Wanted::Group(one, _)), Wanted::Group(other, _)) => {
            one == other || matches!(one, WhichGroup::Uuid(_))
        }
        (Some(Wanted::Namespace(one)), Wanted::Namespace(other)) => one == other,
        (Some(_), _) => false,
    };
    if !is_same {
        return Err(AskError::OtherTarget);
    }
    let link = Link {
        ids: (row.invitation_id, row.id),
        ends_after: opened.shown.invitation.ends_after,
    };
    Ok((wanted, Some(link)))
}

async fn still_outside(app: &App, channel: ChannelId, me: UserId) -> Result<(), AskError> {
    let found = standing(app, channel, &[me]).await?;
    let found = found.ok_or(AskError::TargetNotFound)?;
    if found.seats.first().is_some_and(Option::is_some) {
        return Err(AskError::AlreadyMember);
    }
    Ok(())
}

fn ask(
    conn: &mut Conn,
    me: UserId,
    wanted: &Wanted,
    message: Option<String>,
    link: Option<Link>,
    now: SqlNow,
) -> Result<InvitationId, AskError> {
    let (grant, refused) = look_at(conn, me, wanted, link.is_some(), now)?;
    let target = grant.target().ok_or(AskError::TargetNotFound)?;
    if let Some(open) = find_open_pair(conn, grant.kind(), target, me)? {
        if open.is_pending(now.process()) {
            return Err(met(&open));
        }
        end(conn, open.id, State::Expired, None, None, now)?;
    }
    if let Some(refused) = refused {
        return Err(refused);
    }
    let new = NewInvitation {
        kind: grant.kind(),
        direction: Direction::Request,
        target_id: Some(target),
        issuer_id: Some(me),
        recipient_id: Some(me),
        recipient_email: None,
        secret: None,
        grants: grant.bits(),
        max_uses: 1,
        expires_at: None,
        ground: None,
        slot: None,
        ends_after: link.and_then(|link| link.ends_after),
    };
    let Some(made) = insert(conn, &new, now)? else {
        // Whoever made the other one was quicker by a moment.
        let open = find_open_pair(conn, grant.kind(), target, me)?;
        return Err(open.map_or_else(
            || Fault::unavailable("request", "the one in the way has just ended").into(),
            |open| met(&open),
        ));
    };
    if matches!(grant, Grant::Group(..)) {
        join_requests::insert(conn, made.id, message.as_deref())?;
    }
    let said = Texts {
        message,
        ..Texts::default()
    };
    texts::insert(conn, made.id, &said)?;
    if let Some(link) = link {
        requests::came_by(conn, made.id, link.ids)?;
    }
    Ok(made.id)
}

fn met(open: &Invitation) -> AskError {
    match open.direction {
        Direction::Offer => AskError::Offered(open.id),
        Direction::Request => AskError::AlreadyAsked(open.id),
    }
}

/// What is asked for, with its target held; and why it may not be asked for, unless it was offered.
fn look_at(
    conn: &mut Conn,
    me: UserId,
    wanted: &Wanted,
    has_link: bool,
    now: SqlNow,
) -> Result<(Grant, Option<AskError>), AskError> {
    match wanted {
        Wanted::Account => Err(AskError::TargetNotFound),
        Wanted::Channel(channel, permissions) => Ok((
            Grant::Channel(*channel, permissions.with(Permission::Read)),
            None,
        )),
        Wanted::Group(which, role) => {
            let group = groups::hold(conn, which)?.ok_or(AskError::TargetNotFound)?;
            if group_members::role_of(conn, group.id, me, now)?.is_some() {
                return Err(AskError::AlreadyMember);
            }
            let is_closed = !has_link && !group.accepting_new_members;
            let role = if has_link { *role } else { Role::Member };
            let grant = Grant::Group(group.id, role);
            Ok((grant, is_closed.then_some(AskError::NotTaken)))
        }
        Wanted::Namespace(id) => {
            let found = namespaces::hold_one(conn, *id)?.ok_or(AskError::TargetNotFound)?;
            if found.owner_id == me || collaborators::is_in(conn, found.root_id, me, now)? {
                return Err(AskError::AlreadyMember);
            }
            // What one may not see is not there.
            let is_hidden = !has_link && found.visibility == Visibility::Private;
            let grant = Grant::Namespace(found.id);
            Ok((grant, is_hidden.then_some(AskError::TargetNotFound)))
        }
    }
}
