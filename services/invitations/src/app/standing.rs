//! How some people stand in one channel, asked in one call.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Standing, StandingQuestion};

use super::App;

/// `None`: there is no such channel, or it is closed.
pub(super) async fn standing(
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
