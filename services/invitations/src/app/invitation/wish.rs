//! What somebody wants to give, and whether they may: what other services say of it is asked first, and what this
//! database knows in the transaction that makes the invitation.

use latchkey_common::auth::{Known, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::not_made::MakeError;
use super::recipient::{Recipient, find_recipient};
use crate::app::App;
use crate::app::channel::invite::end_if_groundless;
use crate::app::engine::standing::standing;
use crate::app::registration::invite::{allowance, within_allowance};
use crate::domain::admission::Admission;
use crate::domain::grant::{Grant, Promise};
use crate::domain::group::{Role, WhichGroup};
use crate::domain::invitation::OnLostRight;
use crate::domain::namespace::NamespaceId;
use crate::domain::texts::Texts;
use crate::store::blocks;
use crate::store::group::{group_members, groups};
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

/// One thing to be given, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Wished {
    /// What.
    pub(crate) wanted: Wanted,
    /// After how many milliseconds whoever came is in no more; `None`: they stay.
    pub(crate) ends_after: Option<i64>,
}

impl From<Wanted> for Wished {
    /// For good.
    fn from(wanted: Wanted) -> Self {
        Self {
            wanted,
            ends_after: None,
        }
    }
}

/// An invitation to be made.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// What it gives, one thing at least; an account comes first.
    pub(crate) grants: Vec<Wished>,
    /// What becomes of it when its maker may not give one of several any more.
    pub(crate) on_lost_right: OnLostRight,
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

/// What of a wish contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// People ask to come into one thing by a link that is for anyone.
    AskingIsForAnyone,
    /// What is for one account is good for one.
    OneIsForOne,
    /// Whoever has an account needs no other.
    AccountForAccount,
}

/// The first contradiction of a wish for these things, of which an account is the first.
pub(crate) fn conflict(
    grants: &[Wished],
    recipient: Option<&Recipient>,
    max_uses: i64,
    admission: Admission,
) -> Option<Conflict> {
    let first = grants.first().map(|one| &one.wanted);
    let gives_account = matches!(first, Some(Wanted::Account));
    let is_for_one = recipient.is_some();
    if admission == Admission::Request && (is_for_one || grants.len() > 1 || gives_account) {
        Some(Conflict::AskingIsForAnyone)
    } else if is_for_one && max_uses != 1 {
        Some(Conflict::OneIsForOne)
    } else if is_for_one && gives_account {
        Some(Conflict::AccountForAccount)
    } else {
        None
    }
}

impl Wish {
    /// Whether whoever comes gets an account by it.
    pub(super) fn gives_account(&self) -> bool {
        let is_account = |wished: &Wished| matches!(wished.wanted, Wanted::Account);
        self.grants.iter().any(is_account)
    }

    /// Whether whoever comes gets into this channel by it.
    pub(super) fn gives(&self, channel: ChannelId) -> bool {
        let is_it =
            |wished: &Wished| matches!(wished.wanted, Wanted::Channel(one, _) if one == channel);
        self.grants.iter().any(is_it)
    }

    /// The address by which its maker has named the `recipient`.
    pub(super) fn email(&self, recipient: Option<UserId>) -> Option<String> {
        self.recipient.as_ref().and_then(|one| one.email(recipient))
    }
}

/// What other services say before the transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// The account that it is for, as far as there is one yet.
    pub(super) recipient: Option<UserId>,
    /// For each thing: the event that the issuer's membership of a channel began with.
    grounds: Vec<Option<i64>>,
    /// For how many people the issuer may have invitations to register.
    quota: Option<i64>,
}

/// Asks them.
pub(crate) async fn ask(app: &App, by: &Known, wish: &Wish) -> Result<Asked, MakeError> {
    let recipient = find_recipient(app, wish.recipient.as_ref()).await?;
    let recipient = recipient.map_err(|_none| MakeError::RecipientNotFound)?;
    let mut asked = Asked {
        recipient,
        ..Asked::default()
    };
    for (at, wished) in wish.grants.iter().enumerate() {
        let ground = match &wished.wanted {
            Wanted::Account => {
                asked.quota = allowance(app, by.is_super_user)?;
                None
            }
            Wanted::Channel(channel, permissions) => {
                Some(ask_channel(app, by, recipient, at, (*channel, *permissions)).await?)
            }
            Wanted::Group(..) | Wanted::Namespace(_) => None,
        };
        asked.grounds.push(ground);
    }
    Ok(asked)
}

/// Of a channel that one is not in one learns nothing. Answers what the issuer's membership began with.
async fn ask_channel(
    app: &App,
    by: &Known,
    recipient: Option<UserId>,
    at: usize,
    (channel, permissions): (ChannelId, Permissions),
) -> Result<i64, MakeError> {
    let asked = recipient.unwrap_or(by.user);
    let standing = standing(app, channel, &[by.user, asked]).await?;
    let standing = standing.ok_or(MakeError::TargetNotFound(at))?;
    let [issuer, guest] = standing.seats.as_slice() else {
        return Err(Fault::internal("channels answered another question").into());
    };
    let issuer = issuer.ok_or(MakeError::TargetNotFound(at))?;
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
    Ok(issuer.since)
}

/// What this database knows, with what it is about held: of several things in one order, so that no two who
/// invite into the same ones wait for each other.
pub(crate) fn check(
    conn: &mut Conn,
    issuer: UserId,
    wish: &Wish,
    asked: &Asked,
    now: SqlNow,
) -> Result<Vec<Promise>, MakeError> {
    let mut things = Vec::with_capacity(wish.grants.len());
    for (at, wished) in wish.grants.iter().enumerate() {
        let grant = named(conn, &wished.wanted).map_err(|error| error.of(at))?;
        let key = |grant: &Grant| (grant.kind().as_str(), grant.target());
        let is_there = |(_, other): &(usize, Grant)| key(other) == key(&grant);
        if things.iter().any(is_there) {
            return Err(MakeError::Twice(at));
        }
        things.push((at, grant));
    }
    let promised = things.iter().zip(&asked.grounds).zip(&wish.grants);
    let promised = promised.map(|(((_, grant), ground), wished)| Promise {
        grant: *grant,
        ground: *ground,
        ends_after: wished.ends_after,
    });
    let promised: Vec<Promise> = promised.collect();
    things.sort_by_key(|(_, grant)| (grant.kind().as_str(), grant.target()));
    for (at, grant) in things {
        check_one(conn, issuer, wish, asked, grant, now).map_err(|error| error.of(at))?;
    }
    if let Some(guest) = asked.recipient
        && blocks::stops(conn, guest, issuer)?
    {
        return Err(MakeError::TakesNone);
    }
    Ok(promised)
}

/// What is meant, whether the caller may give it or not.
fn named(conn: &mut Conn, wanted: &Wanted) -> Result<Grant, MakeError> {
    Ok(match wanted {
        Wanted::Account => Grant::Account,
        Wanted::Channel(channel, permissions) => {
            Grant::Channel(*channel, permissions.with(Permission::Read))
        }
        Wanted::Group(WhichGroup::Id(id), role) => Grant::Group(*id, *role),
        Wanted::Group(which, role) => {
            let group = groups::find(conn, which)?.ok_or(MakeError::TargetNotFound(0))?;
            Grant::Group(group.id, *role)
        }
        Wanted::Namespace(id) => Grant::Namespace(*id),
    })
}

fn check_one(
    conn: &mut Conn,
    issuer: UserId,
    wish: &Wish,
    asked: &Asked,
    grant: Grant,
    now: SqlNow,
) -> Result<(), MakeError> {
    match grant {
        Grant::Account => Ok(within_allowance(
            conn,
            issuer,
            wish.max_uses,
            asked.quota,
            now,
        )?),
        Grant::Channel(..) => Ok(()),
        Grant::Group(id, _) => {
            let group = groups::hold(conn, &WhichGroup::Id(id))?;
            let group = group.ok_or(MakeError::TargetNotFound(0))?;
            if !group_members::is_admin(conn, group.id, issuer, now)? {
                return Err(MakeError::GrantNotYours);
            }
            if let Some(guest) = asked.recipient
                && group_members::role_of(conn, group.id, guest, now)?.is_some()
            {
                return Err(MakeError::AlreadyMember);
            }
            Ok(())
        }
        Grant::Namespace(id) => {
            let found = namespaces::hold_one(conn, id)?;
            let owned = found.filter(|found| found.owner_id == issuer);
            let namespace = owned.ok_or(MakeError::TargetNotFound(0))?;
            if let Some(guest) = asked.recipient
                && (guest == issuer || collaborators::is_in(conn, namespace.root_id, guest, now)?)
            {
                return Err(MakeError::AlreadyMember);
            }
            Ok(())
        }
    }
}
