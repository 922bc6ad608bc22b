//! What a secret leads to, before anybody comes in: nothing is taken.

use latchkey_common::auth::UserId;
use latchkey_common::secret::Secret;

use super::by_secret::{Opened, Shut, open_by_secret};
use super::promised::{Standpoint, look_at};
use crate::app::App;
use crate::domain::act::DropReason;
use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::OnLostRight;

/// An invitation as its guest sees it.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    /// The invitation.
    pub(crate) opened: Opened,
    /// Who invites; `None` is the operator.
    pub(crate) inviter: Option<String>,
    /// How it stands with each thing that it gives, in order.
    pub(crate) things: Vec<Standpoint>,
}

impl Preview {
    /// What the channel is called in which whoever comes arrives, if they get into it by this.
    pub(crate) fn landing(&self) -> Option<&str> {
        let channel = self.opened.shown.texts.landing_channel?;
        let is_it =
            |promise: &Promise| matches!(promise.grant, Grant::Channel(one, _) if one == channel);
        let mut things = self.opened.shown.grants.iter().zip(&self.things);
        let (_, thing) = things.find(|(promise, _)| is_it(promise))?;
        thing.name.as_deref()
    }
}

/// Looks at it.
pub(crate) async fn preview_invitation(app: &App, secret: &Secret) -> Result<Preview, Shut> {
    preview_as(app, secret, None).await
}

/// The same for somebody who is known by this name: of their own nobody is asked who invites.
pub(crate) async fn preview_as(
    app: &App,
    secret: &Secret,
    reader: Option<(UserId, &str)>,
) -> Result<Preview, Shut> {
    let opened = open_by_secret(app, secret, None).await?;
    let own = reader.filter(|(id, _)| Some(*id) == opened.shown.invitation.issuer_id);
    let inviter = match opened.shown.invitation.issuer_id {
        None => None,
        Some(_) if own.is_some() => own.map(|(_, name)| name.to_owned()),
        Some(issuer) => {
            let found = app.users.by_ids(vec![issuer]).await?;
            let alive = found.into_iter().next().filter(|one| !one.is_locked);
            Some(alive.ok_or(Shut::Revoked)?.username)
        }
    };
    let row = &opened.shown.invitation;
    let things = look_at(app, &opened.shown.grants, row.issuer_id).await?;
    let is_gone = |one: &Standpoint| one.lost == Some(DropReason::TargetClosed);
    let refuses = row.on_lost_right == OnLostRight::Refuse;
    let is_shut = if refuses {
        things.iter().any(is_gone)
    } else {
        things.iter().all(is_gone)
    };
    if is_shut {
        return Err(Shut::Revoked);
    }
    Ok(Preview {
        opened,
        inviter,
        things,
    })
}
