//! How some people stand in one channel, asked in one call, and whether an invitation still rests on
//! that.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Permissions, Seat, Standing, StandingQuestion};

use crate::app::App;
use crate::domain::invitation::Invitation;

/// `None`: there is no such channel, or it is closed.
pub(in crate::app) async fn standing(
    app: &App,
    channel: ChannelId,
    users: &[UserId],
) -> Result<Option<Standing>, Fault> {
    let question = StandingQuestion {
        channel,
        users: users.to_vec(),
    };
    let answers = app.channels.standings(vec![question]).await?;
    Ok(answers.into_iter().next().flatten())
}

/// True while the issuer is a member by the same membership as when the invitation was made, and may
/// still grant what it gives.
pub(in crate::app) fn has_ground(invitation: &Invitation, issuer: Option<Seat>) -> bool {
    let granted = Permissions::from_bits(invitation.grants);
    issuer.is_some_and(|seat| seat.is_still(invitation.ground) && seat.may_grant(granted))
}
