//! What somebody may give to others by an invitation.

use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use crate::app::App;
use crate::app::registration::invite::{InviteError, allowance};
use crate::domain::group::GroupId;
use crate::domain::namespace::NamespaceId;
use crate::store::group::group_members::{self, MembersOf};
use crate::store::namespace::namespaces;

/// The most of each kind: more than anybody reads through.
const MOST: i64 = 100;

/// All of it, as far as it is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Offerable {
    /// Whether accounts.
    pub(crate) accounts: bool,
    /// Channels, with what one may grant there.
    pub(crate) channels: Vec<(ChannelId, String, Permissions)>,
    /// Groups that one administers.
    pub(crate) groups: Vec<(GroupId, String)>,
    /// Namespaces that one owns.
    pub(crate) namespaces: Vec<(NamespaceId, String)>,
}

impl Offerable {
    /// Whether there is nothing.
    pub(crate) const fn is_empty(&self) -> bool {
        !self.accounts
            && self.channels.is_empty()
            && self.groups.is_empty()
            && self.namespaces.is_empty()
    }
}

/// Looks it up: one question to channels.
pub(crate) async fn find_offerable(app: &App, who: &Known) -> Result<Offerable, Fault> {
    let accounts = match allowance(app, who.is_super_user) {
        Ok(_) => true,
        Err(InviteError::NotAllowed | InviteError::QuotaUsedUp) => false,
        Err(InviteError::Fault(fault)) => return Err(fault),
    };
    let (me, now) = (who.user, app.db.now());
    let here = app.db.read(move |conn| {
        let groups = group_members::list(conn, MembersOf::Admin(me), 0, MOST, now)?;
        let trees = namespaces::list_of(conn, me, "", 0, MOST, now)?;
        Ok::<_, Fault>((groups, trees))
    });
    let (groups, trees) = here.await?;
    let channels = app.channels.memberships(me, MOST).await?;
    let channels = channels
        .into_iter()
        .filter(|one| one.permissions.contains(Permission::Invite))
        .map(|one| (one.channel, one.name, one.permissions));
    let groups = groups.into_iter().map(|(_, group)| (group.id, group.name));
    let trees = trees.into_iter().filter(|one| one.owner_id == me);
    Ok(Offerable {
        accounts,
        channels: channels.collect(),
        groups: groups.collect(),
        namespaces: trees.map(|one| (one.id, one.path)).collect(),
    })
}
