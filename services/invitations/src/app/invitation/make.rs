//! Making an invitation: for whoever has its secret, or for one account.

use latchkey_common::auth::{Known, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

pub(crate) use super::not_made::MakeError;
use super::not_made::in_the_way;
pub(crate) use super::recipient::Recipient;
use super::recipient::find_recipient;
use crate::app::App;
use crate::app::channel::invite::end_if_groundless;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::app::engine::standing::standing;
use crate::app::registration::invite::{allowance, within_allowance};
use crate::domain::admission::Admission;
use crate::domain::grant::Grant;
use crate::domain::group::{Role, WhichGroup};
use crate::domain::invitation::Invitation;
use crate::domain::kind::Direction;
use crate::domain::namespace::NamespaceId;
use crate::domain::secret::{SecretRow, new_secret};
use crate::domain::texts::Texts;
use crate::store::blocks;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::engine::{requests, secrets, texts};
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
    /// How it lets in.
    pub(crate) admission: Admission,
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
    /// How it lets in.
    pub(crate) admission: Admission,
    /// What opens it, as it is listed.
    pub(crate) row: SecretRow,
    /// What opens it; shown this once.
    pub(crate) secret: Secret,
}

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
    if wish.admission == Admission::Request {
        requests::admit_by_request(conn, invitation.id)?;
    }
    let row = secrets::find(conn, &hash)?
        .ok_or_else(|| Fault::internal("the first secret has no row"))?;
    Ok(Made {
        invitation,
        texts: wish.texts.clone(),
        admission: wish.admission,
        row,
        secret,
    })
}
