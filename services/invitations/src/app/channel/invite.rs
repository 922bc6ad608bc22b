//! Inviting somebody to a channel.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use crate::app::App;
use crate::app::engine::standing::{has_ground, standing};
use crate::domain::invitation::{EndReason, Invitation, State};
use crate::domain::kind::{Direction, Kind};
use crate::settings::end_of_life;
use crate::store::blocks;
use crate::store::engine::endings::{end, withdraw};
use crate::store::engine::invitations::{NewInvitation, find_open_pair, insert};

/// Who invites whom to what.
#[derive(Debug, Clone)]
pub(crate) struct ChannelOffer {
    /// Who invites.
    pub(crate) sender: UserId,
    /// Where to.
    pub(crate) channel: ChannelId,
    /// Whom, by name.
    pub(crate) recipient: String,
    /// What the new member may do; `read` is added.
    pub(crate) permissions: Permissions,
}

/// Why there is no invitation. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InviteError {
    /// There is no such channel.
    #[error("no such channel")]
    ChannelNotFound,
    /// The sender is no member, may not invite, or grants what he lacks.
    #[error("no permission")]
    NotAllowed,
    /// Nobody has that name.
    #[error("no such user")]
    UserNotFound,
    /// The recipient is in already.
    #[error("already a member")]
    AlreadyMember,
    /// There is an open invitation, whoever made it.
    #[error("already invited")]
    AlreadyInvited,
    /// The recipient takes none from this sender.
    #[error("takes no invitations")]
    TakesNone,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(InviteError);

/// Makes it, for a call that may have a key.
pub(crate) async fn invite_to_channel(
    app: &App,
    offer: ChannelOffer,
    once: Option<Once<Invitation>>,
) -> Result<Made<Invitation>, CallError<InviteError>> {
    let call = once.as_ref().map(|once| &once.call);
    let before = app.db.answered_before::<CallError<InviteError>>(call, None);
    if let Some(before) = before.await? {
        return Ok(Made::Before(before));
    }
    let (channel, sender) = (offer.channel, offer.sender);
    let (new, recipient) = checked(app, offer).await.map_err(CallError::Refused)?;
    let now = app.db.now();
    // The one in the way may have lost its ground without the feed having said so yet: then it
    // ends here, and the second try goes through.
    for _ in 0..2 {
        let new = new.clone();
        let made = app
            .db
            .for_new()
            .write_once(once.clone(), move |conn| {
                if blocks::stops(conn, recipient, sender)? {
                    return Err(InviteError::TakesNone);
                }
                insert(conn, &new, now)?.ok_or(InviteError::AlreadyInvited)
            })
            .await;
        match made {
            Err(CallError::Refused(InviteError::AlreadyInvited))
                if end_if_groundless(app, channel, recipient).await? => {}
            made => return made,
        }
    }
    Err(CallError::Refused(InviteError::AlreadyInvited))
}

/// What is to be written, and for whom, once everybody may do what is asked of them.
async fn checked(app: &App, offer: ChannelOffer) -> Result<(NewInvitation, UserId), InviteError> {
    app.count_invitation(offer.sender)?;
    let permissions = offer.permissions.with(Permission::Read);
    let recipient = app
        .users
        .by_username(offer.recipient)
        .await?
        .map(|user| user.id);
    // Whoever has no account is in no channel: the sender stands in for him.
    let asked = recipient.unwrap_or(offer.sender);
    let standing = standing(app, offer.channel, &[offer.sender, asked])
        .await?
        .ok_or(InviteError::ChannelNotFound)?;
    let [sender, asked] = standing.seats.as_slice() else {
        return Err(Fault::internal("channels answered another question").into());
    };
    let sender = sender
        .filter(|seat| seat.may_grant(permissions))
        .ok_or(InviteError::NotAllowed)?;
    let recipient = recipient.ok_or(InviteError::UserNotFound)?;
    if asked.is_some() {
        return Err(InviteError::AlreadyMember);
    }
    let now = app.db.now();
    let new = NewInvitation {
        kind: Kind::Channel,
        direction: Direction::Offer,
        target_id: Some(offer.channel.0),
        issuer_id: Some(offer.sender),
        recipient_id: Some(recipient),
        recipient_email: None,
        secret: None,
        grants: permissions.bits(),
        max_uses: 1,
        expires_at: end_of_life(now.process(), app.settings.channel_life_s),
        ground: Some(sender.since),
        slot: None,
        ends_after: None,
    };
    Ok((new, recipient))
}

/// Ends the pair's open invitation if it can let nobody in any more. True when the way is free.
pub(in crate::app) async fn end_if_groundless(
    app: &App,
    channel: ChannelId,
    recipient: UserId,
) -> Result<bool, Fault> {
    let found: Option<Invitation> = app
        .db
        .look(move |conn| find_open_pair(conn, Kind::Channel, channel.0, recipient))
        .await?;
    let Some(found) = found else { return Ok(true) };
    let now = app.db.now();
    if !found.is_pending(now.process()) {
        return app
            .db
            .for_ending()
            .change(move |conn| end(conn, found.id, State::Expired, None, None, now))
            .await;
    }
    // Whoever asks has no ground to lose.
    let offered = found
        .issuer_id
        .filter(|_| found.direction == Direction::Offer);
    let Some(issuer) = offered else {
        return Ok(false);
    };
    let seats = standing(app, channel, &[issuer])
        .await?
        .map(|answer| answer.seats);
    let seat = seats.and_then(|list| list.first().copied().flatten());
    if has_ground(&found, seat) {
        return Ok(false);
    }
    app.db
        .for_ending()
        .change(move |conn| withdraw(conn, found.id, None, EndReason::IssuerLostRight, now))
        .await
}
