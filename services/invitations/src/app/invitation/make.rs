//! Making an invitation: for whoever has its secret, or for one account.

use latchkey_common::auth::{Known, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

pub(crate) use super::recipient::Recipient;
use super::recipient::find_recipient;
use crate::app::App;
use crate::app::channel::invite::end_if_groundless;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::app::engine::standing::standing;
use crate::app::registration::invite::{InviteError, allowance, within_allowance};
use crate::domain::grant::Grant;
use crate::domain::group::{Role, WhichGroup};
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Direction;
use crate::domain::namespace::NamespaceId;
use crate::domain::secret::{SecretRow, new_secret};
use crate::domain::texts::Texts;
use crate::store::blocks;
use crate::store::engine::invitations::{NewInvitation, find_open_pair, insert};
use crate::store::engine::{secrets, texts};
use crate::store::group::{group_members, groups, join_requests};
use crate::store::namespace::{collaborators, namespaces};

/// What is to be given, as its maker names it.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// An account.
    Account,
    /// Membership of a channel.
    Channel(ChannelId, Permissions),
    /// Membership of a group.
    Group(WhichGroup, Role),
    /// Collaboration in a namespace's tree.
    Namespace(NamespaceId),
}

/// An invitation to be made.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// What it gives.
    pub(crate) grant: Wanted,
    /// For whom; `None`: for whoever has the secret.
    pub(crate) recipient: Option<Recipient>,
    /// For how many people; at least 1.
    pub(crate) max_uses: i64,
    /// When it ends by itself.
    pub(crate) expires_at: Option<Millis>,
    /// What is said about it.
    pub(crate) texts: Texts,
}

impl Wish {
    /// The address by which its maker has named the `recipient`.
    pub(super) fn email(&self, recipient: Option<UserId>) -> Option<String> {
        self.recipient.as_ref().and_then(|one| one.email(recipient))
    }
}

/// What was made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What was said.
    pub(crate) texts: Texts,
    /// What opens it, as it is listed.
    pub(crate) row: SecretRow,
    /// What opens it; shown this once.
    pub(crate) secret: Secret,
}

/// Why there is none. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The site's setting says no.
    #[error("may not invite")]
    MayNotInvite,
    /// All that one may invite are invited.
    #[error("the quota is used up")]
    QuotaUsedUp,
    /// There is no such target, or none that the caller may know of.
    #[error("no such target")]
    TargetNotFound,
    /// The caller may not give this.
    #[error("not the caller's to give")]
    GrantNotYours,
    /// There is no such account.
    #[error("no such account")]
    RecipientNotFound,
    /// The one it is for takes none from the caller.
    #[error("takes no invitations")]
    TakesNone,
    /// The one it is for is in already.
    #[error("already a member")]
    AlreadyMember,
    /// There is an open one for the two.
    #[error("already open")]
    AlreadyOpen(InvitationId),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MakeError);

/// Makes it. `render` words the answer.
pub(crate) async fn make_invitation(
    app: &App,
    by: &Known,
    wish: Wish,
    call: Option<OneCall>,
    render: impl FnOnce(Made) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, MakeError> {
    if let Some(before) = answered_before::<MakeError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    app.count_invitation(by.user)?;
    let asked = ask(app, by, &wish).await?;
    let fresh = new_secret()?;
    let issuer = by.user;
    write_once(app, app.db.for_new(), call, move |conn, now| {
        let grant = check(conn, issuer, &wish, &asked, now)?;
        let made = write(conn, issuer, grant, &wish, fresh, &asked, now)?;
        Ok(render(made)?)
    })
    .await
}

/// What other services say before the transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked {
    /// The account that it is for, as far as there is one yet.
    pub(super) recipient: Option<UserId>,
    /// The event that the issuer's membership of a channel began with.
    pub(super) ground: Option<i64>,
    /// For how many people the issuer may have invitations to register.
    quota: Option<i64>,
}

pub(super) async fn ask(app: &App, by: &Known, wish: &Wish) -> Result<Asked, MakeError> {
    let recipient = find_recipient(app, wish.recipient.as_ref()).await?;
    let recipient = recipient.map_err(|_none| MakeError::RecipientNotFound)?;
    let asked = Asked {
        recipient,
        ..Asked::default()
    };
    match &wish.grant {
        Wanted::Account => {
            let quota = allowance(app, by.is_super_user)?;
            Ok(Asked { quota, ..asked })
        }
        Wanted::Channel(channel, permissions) => {
            let ground = ask_channel(app, by, recipient, *channel, *permissions).await?;
            Ok(Asked { ground, ..asked })
        }
        Wanted::Group(..) | Wanted::Namespace(_) => Ok(asked),
    }
}

impl From<InviteError> for MakeError {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NotAllowed => Self::MayNotInvite,
            InviteError::QuotaUsedUp => Self::QuotaUsedUp,
            InviteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Of a channel that one is not in one learns nothing.
async fn ask_channel(
    app: &App,
    by: &Known,
    recipient: Option<UserId>,
    channel: ChannelId,
    permissions: Permissions,
) -> Result<Option<i64>, MakeError> {
    let asked = recipient.unwrap_or(by.user);
    let standing = standing(app, channel, &[by.user, asked]).await?;
    let standing = standing.ok_or(MakeError::TargetNotFound)?;
    let [issuer, guest] = standing.seats.as_slice() else {
        return Err(Fault::internal("channels answered another question").into());
    };
    let issuer = issuer.ok_or(MakeError::TargetNotFound)?;
    if !issuer.may_grant(permissions.with(Permission::Read)) {
        return Err(MakeError::GrantNotYours);
    }
    if let Some(recipient) = recipient {
        if guest.is_some() {
            return Err(MakeError::AlreadyMember);
        }
        // The one in the way may have lost its ground without the feed having said so yet.
        end_if_groundless(app, channel, recipient).await?;
    }
    Ok(Some(issuer.since))
}

/// What this database knows, with what it is about held.
pub(super) fn check(
    conn: &mut Conn,
    issuer: UserId,
    wish: &Wish,
    asked: &Asked,
    now: SqlNow,
) -> Result<Grant, MakeError> {
    let grant = check_grant(conn, issuer, wish, asked, now)?;
    if let Some(guest) = asked.recipient
        && blocks::stops(conn, guest, issuer)?
    {
        return Err(MakeError::TakesNone);
    }
    Ok(grant)
}

fn check_grant(
    conn: &mut Conn,
    issuer: UserId,
    wish: &Wish,
    asked: &Asked,
    now: SqlNow,
) -> Result<Grant, MakeError> {
    match &wish.grant {
        Wanted::Account => {
            within_allowance(conn, issuer, wish.max_uses, asked.quota, now)?;
            Ok(Grant::Account)
        }
        Wanted::Channel(channel, permissions) => {
            Ok(Grant::Channel(*channel, permissions.with(Permission::Read)))
        }
        Wanted::Group(which, role) => {
            let group = groups::hold(conn, which)?.ok_or(MakeError::TargetNotFound)?;
            if !group_members::is_admin(conn, group.id, issuer)? {
                return Err(MakeError::GrantNotYours);
            }
            if let Some(guest) = asked.recipient
                && group_members::role_of(conn, group.id, guest)?.is_some()
            {
                return Err(MakeError::AlreadyMember);
            }
            Ok(Grant::Group(group.id, *role))
        }
        Wanted::Namespace(id) => {
            let found = namespaces::hold_one(conn, *id)?;
            let owned = found.filter(|found| found.owner_id == issuer);
            let namespace = owned.ok_or(MakeError::TargetNotFound)?;
            if let Some(guest) = asked.recipient
                && (guest == issuer || collaborators::is_in(conn, namespace.root_id, guest)?)
            {
                return Err(MakeError::AlreadyMember);
            }
            Ok(Grant::Namespace(namespace.id))
        }
    }
}

fn write(
    conn: &mut Conn,
    issuer: UserId,
    grant: Grant,
    wish: &Wish,
    (secret, hash): (Secret, TokenHash),
    asked: &Asked,
    now: SqlNow,
) -> Result<Made, MakeError> {
    let new = NewInvitation {
        kind: grant.kind(),
        direction: Direction::Offer,
        target_id: grant.target(),
        issuer_id: Some(issuer),
        recipient_id: asked.recipient,
        recipient_email: wish.email(asked.recipient),
        secret: Some((hash, None)),
        grants: grant.bits(),
        max_uses: wish.max_uses,
        expires_at: wish.expires_at,
        ground: asked.ground,
        slot: None,
    };
    let Some(invitation) = insert(conn, &new, now)? else {
        return Err(in_the_way(conn, grant, asked.recipient)?);
    };
    // What is for one person is seen by that person in the group's own contract too.
    if matches!(grant, Grant::Group(..)) && asked.recipient.is_some() {
        join_requests::insert(conn, invitation.id, wish.texts.message.as_deref())?;
    }
    texts::insert(conn, invitation.id, &wish.texts)?;
    let row = secrets::find(conn, &hash)?
        .ok_or_else(|| Fault::internal("the first secret has no row"))?;
    Ok(Made {
        invitation,
        texts: wish.texts.clone(),
        row,
        secret,
    })
}

pub(super) fn in_the_way(
    conn: &mut Conn,
    grant: Grant,
    recipient: Option<UserId>,
) -> Result<MakeError, Fault> {
    let (Some(target), Some(recipient)) = (grant.target(), recipient) else {
        return Err(Fault::internal("a random secret came twice"));
    };
    let open = find_open_pair(conn, grant.kind(), target, recipient)?;
    Ok(match open {
        Some(open) => MakeError::AlreadyOpen(open.id),
        None => Fault::unavailable("invitation", "the one in the way has just ended").into(),
    })
}
