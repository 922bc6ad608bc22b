//! Open invitations to channels: those for a person, and those into a channel. One batched
//! question to channels, and the people who are asked for anyway, leave out what has ended there before the
//! feeds have told of it.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::channels::{ChannelId, ChannelType, Standing, StandingQuestion};
use latchkey_peers::users::People;

use crate::app::App;
use crate::app::engine::standing::{has_ground, standing};
use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::store::engine::invitations::{ListOf, list_open};

/// An open invitation with the present names.
#[derive(Debug, Clone)]
pub(crate) struct ChannelInvitationView {
    /// The row.
    pub(crate) invitation: Invitation,
    /// Who invites.
    pub(crate) sender: (UserId, String),
    /// Who is invited.
    pub(crate) recipient: (UserId, String),
    /// Where to.
    pub(crate) channel: ChannelId,
    /// The channel's present name.
    pub(crate) channel_name: String,
    /// Who finds it.
    pub(crate) channel_type: ChannelType,
}

/// Why a channel's list is not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    /// There is no such channel.
    #[error("no such channel")]
    ChannelNotFound,
    /// Members alone may look.
    #[error("not a member")]
    NotAllowed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Those for `user`.
pub(crate) async fn list_received(
    app: &App,
    user: UserId,
    page: &Page,
) -> Result<Paged<ChannelInvitationView>, Fault> {
    list(app, ListOf::Recipient(user), page).await
}

/// Those into `channel`, for a member of it.
pub(crate) async fn list_into_channel(
    app: &App,
    user: UserId,
    channel: ChannelId,
    page: &Page,
) -> Result<Paged<ChannelInvitationView>, ListError> {
    let standing = standing(app, channel, &[user]).await?;
    let standing = standing.ok_or(ListError::ChannelNotFound)?;
    if standing.seats.first().is_none_or(Option::is_none) {
        return Err(ListError::NotAllowed);
    }
    Ok(list(app, ListOf::Target(channel.0), page).await?)
}

async fn list(app: &App, of: ListOf, page: &Page) -> Result<Paged<ChannelInvitationView>, Fault> {
    let (size, after, now) = (
        page.size(app.list_ceiling),
        page.after.unwrap_or_default(),
        app.db.now(),
    );
    let rows: Vec<Invitation> = app
        .db
        .look(move |conn| list_open(conn, Kind::Channel, of, after, size.saturating_add(1), now))
        .await?;
    let Paged { items, next } = Paged::cut(rows, size, |row| row.id.0);
    let offers: Vec<_> = items.into_iter().filter_map(Offer::of).collect();
    let questions = offers
        .iter()
        .map(|offer| StandingQuestion {
            channel: offer.channel,
            users: vec![offer.sender, offer.recipient],
        })
        .collect();
    let standings = app.channels.standings(questions).await?;
    let people = People::find(
        &app.users,
        offers
            .iter()
            .flat_map(|offer| [offer.sender, offer.recipient]),
    )
    .await?;
    let items = offers
        .into_iter()
        .zip(standings)
        .filter(|(offer, _)| people.get(offer.sender).is_some_and(|one| !one.is_locked))
        .filter_map(|(offer, standing)| Some((standing.filter(|s| offer.has_ground(s))?, offer)))
        .map(|(standing, offer)| ChannelInvitationView {
            sender: (offer.sender, people.name(offer.sender)),
            recipient: (offer.recipient, people.name(offer.recipient)),
            channel: offer.channel,
            channel_name: standing.name,
            channel_type: standing.channel_type,
            invitation: offer.invitation,
        })
        .collect();
    Ok(Paged { items, next })
}

/// A channel invitation with everything that every one of them has.
struct Offer {
    invitation: Invitation,
    sender: UserId,
    recipient: UserId,
    channel: ChannelId,
}

impl Offer {
    fn of(invitation: Invitation) -> Option<Self> {
        Some(Self {
            sender: invitation.issuer_id?,
            recipient: invitation.recipient_id?,
            channel: ChannelId(invitation.target_id?),
            invitation,
        })
    }

    /// The sender may still grant it, and the recipient is not in yet.
    fn has_ground(&self, standing: &Standing) -> bool {
        let [sender, recipient] = standing.seats.as_slice() else {
            return false;
        };
        recipient.is_none() && has_ground(&self.invitation, *sender)
    }
}
