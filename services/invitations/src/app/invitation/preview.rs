//! What a secret leads to, before anybody comes in: nothing is taken.

use latchkey_common::secret::Secret;
use latchkey_peers::channels::ChannelId;

use super::by_secret::{Opened, Shut, open_by_secret};
use crate::app::App;
use crate::app::engine::standing::standing;
use crate::domain::grant::Grant;
use crate::domain::group::WhichGroup;
use crate::store::group::groups;
use crate::store::namespace::namespaces;

/// An invitation as its guest sees it.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    /// The invitation.
    pub(crate) opened: Opened,
    /// Who invites; `None` is the operator.
    pub(crate) inviter: Option<String>,
    /// What it leads into; `None` for an account.
    pub(crate) target: Option<String>,
}

/// Looks at it.
pub(crate) async fn preview_invitation(app: &App, secret: &Secret) -> Result<Preview, Shut> {
    let opened = open_by_secret(app, secret, None).await?;
    let inviter = match opened.shown.invitation.issuer_id {
        None => None,
        Some(issuer) => {
            let found = app.users.by_ids(vec![issuer]).await?;
            let alive = found.into_iter().next().filter(|one| !one.is_locked);
            Some(alive.ok_or(Shut::Revoked)?.username)
        }
    };
    let target = match opened.grant {
        Grant::Account => None,
        Grant::Channel(channel, _) => Some(channel_name(app, channel).await?),
        Grant::Group(id, _) => {
            let found = app
                .db
                .look(move |conn| groups::find(conn, &WhichGroup::Id(id)));
            Some(found.await?.ok_or(Shut::Revoked)?.name)
        }
        Grant::Namespace(id) => {
            let found = app.db.look(move |conn| namespaces::by_ids(conn, &[id]));
            Some(found.await?.pop().ok_or(Shut::Revoked)?.path)
        }
    };
    Ok(Preview {
        opened,
        inviter,
        target,
    })
}

async fn channel_name(app: &App, channel: ChannelId) -> Result<String, Shut> {
    let standing = standing(app, channel, &[]).await?;
    Ok(standing.ok_or(Shut::Revoked)?.name)
}
