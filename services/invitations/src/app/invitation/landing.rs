//! Where whoever came in by an invitation arrives: whether its maker may send people there, asked when that is said,
//! and whether they can read there, asked when they come.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::redemption::Redemption;
use crate::app::App;
use crate::app::engine::standing::standing;
use crate::domain::invitation::{InvitationId, UseState};
use crate::domain::texts::Texts;
use crate::store::engine::texts;

/// Where somebody arrives; one of both at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// A channel that they can read.
    pub(crate) channel: Option<ChannelId>,
    /// What they are told there.
    pub(crate) welcome: Option<String>,
}

/// Whether `maker` may invite people to read there.
pub(super) async fn may_send(app: &App, maker: UserId, channel: ChannelId) -> Result<bool, Fault> {
    let granted: Permissions = [Permission::Read].into_iter().collect();
    let standing = standing(app, channel, &[maker]).await?;
    let mut seats = standing.into_iter().flat_map(|one| one.seats).flatten();
    Ok(seats.any(|seat| seat.may_grant(granted)))
}

/// Where the one arrives who came so. They are in: whatever stands in the way of that leads nowhere in particular.
pub(crate) async fn arrival(app: &App, came: &Redemption) -> Option<Arrival> {
    let guest = came.used.user_id?;
    if came.used.state != UseState::Used {
        return None;
    }
    let found = find(app, came.used.invitation_id, guest).await;
    found.unwrap_or_else(|fault| {
        tracing::warn!(error = ?fault, "somebody came in and arrives nowhere in particular");
        None
    })
}

async fn find(app: &App, id: InvitationId, guest: UserId) -> Result<Option<Arrival>, Fault> {
    let said = app.db.look(move |conn| texts::find(conn, id)).await?;
    let Texts {
        landing_channel,
        welcome,
        ..
    } = said.unwrap_or_default();
    let channel = match landing_channel {
        Some(channel) if can_read(app, channel, guest).await => Some(channel),
        Some(_) | None => None,
    };
    let leads = channel.is_some() || welcome.is_some();
    Ok(leads.then_some(Arrival { channel, welcome }))
}

/// False too where channels does not answer: the line is read all the same.
async fn can_read(app: &App, channel: ChannelId, guest: UserId) -> bool {
    let standing = standing(app, channel, &[guest]).await;
    let standing = standing.unwrap_or_else(|fault| {
        tracing::warn!(error = ?fault, "somebody came in, and channels does not say where they can read");
        None
    });
    let mut seats = standing.into_iter().flat_map(|one| one.seats).flatten();
    seats.any(|seat| seat.permissions.contains(Permission::Read))
}
