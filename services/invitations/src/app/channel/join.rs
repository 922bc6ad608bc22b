//! Joining a channel: by an invitation, or a public one without.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::{CallError, KeyRefusal, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelId, ChannelsApi, JoinError as PublicJoinError, JoinPublic,
    Membership, Permissions,
};
use latchkey_peers::users::UsersApi;

use crate::app::App;
use crate::app::engine::answer_again::answer_again;
use crate::app::engine::once::OnceError;
use crate::app::engine::redeem::{Act, ActError, RedeemError, redeem_once};
use crate::app::engine::standing::standing;
use crate::domain::claim::{Claim, Person, Refusal, Which};
use crate::domain::invitation::{EndReason, Invitation, InvitationId, Use};
use crate::domain::kind::Kind;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::engine::invitations::find;

/// Who wants to join what.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    /// Who.
    pub(crate) user: UserId,
    /// The name of `user`.
    pub(crate) username: String,
    /// Where.
    pub(crate) channel: ChannelId,
    /// By which invitation.
    pub(crate) invitation: Option<InvitationId>,
}

/// Why somebody is not let in. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JoinError {
    /// There is no such channel.
    #[error("no such channel")]
    ChannelNotFound,
    /// In already.
    #[error("already a member")]
    AlreadyMember,
    /// There is no such invitation.
    #[error("no such invitation")]
    InvitationNotFound,
    /// The invitation is for another channel or person, or has ended.
    #[error("the invitation does not fit")]
    InvalidInvitation,
    /// A private channel wants an invitation.
    #[error("the channel is private")]
    NotPublic,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Lets somebody in, for a call that may have a key.
pub(crate) async fn join_channel(
    app: &App,
    join: Join,
    once: Option<Once<Membership>>,
) -> Result<Made<Membership>, CallError<JoinError>> {
    let Some(id) = join.invitation else {
        return join_without(app, join, once).await;
    };
    let same = join.clone();
    answer_again(
        app,
        once,
        async |call| join_by_invitation(app, join, id, call).await,
        async |used| joined_before(app, same, used).await,
    )
    .await
}

async fn join_by_invitation(
    app: &App,
    join: Join,
    id: InvitationId,
    call: Option<OneCall>,
) -> Result<Membership, OnceError<JoinError>> {
    let who = (join.user, join.username.clone());
    let claim = Claim::of_known(who, Which::Id(id), Kind::Channel, Some(join.channel.0));
    let (channel, user) = (join.channel, join.user);
    let act = BecomeMember::of(app, (user, join.username), channel);
    match redeem_once(app, claim, call, act).await {
        Ok((_, (_, membership))) => Ok(membership),
        Err(RedeemError::Invitation(refusal)) => {
            let refused = refused(app, channel, user, refusal).await?;
            Err(OnceError::Refused(refused))
        }
        Err(RedeemError::Act(refused)) => Err(OnceError::Refused(refused)),
        Err(RedeemError::Repeated(begun)) => Err(OnceError::Repeated(begun)),
        Err(RedeemError::InDoubt(key, fault)) => Err(OnceError::InDoubt(key, fault)),
        Err(RedeemError::Fault(fault)) => Err(fault.into()),
    }
}

/// The membership that the same call made: the act's key makes no second one.
async fn joined_before(app: &App, join: Join, used: Use) -> Result<Membership, JoinError> {
    let id = used.invitation_id;
    let found = app.db.look(move |conn| find(conn, Which::Id(id))).await?;
    let row = found.ok_or_else(|| Fault::internal("a use without an invitation"))?;
    let who = (join.user, join.username);
    let made = BecomeMember::of(app, who, join.channel)
        .ask(used.key(), &row)
        .await;
    made.map_err(|error| match error {
        ActError::Refused(refused, _) => refused,
        ActError::Barred => Fault::overloaded("act").into(),
        ActError::Fault(fault) => fault.into(),
    })
}

/// Lets somebody in by an invitation into this channel, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn join_in_person(
    app: &App,
    which: Which,
    person: Person,
    channel: ChannelId,
    call: Option<OneCall>,
) -> Result<ActKey, RedeemError<JoinError>> {
    let who = (person.user, person.username.clone());
    let act = BecomeMember::of(app, who, channel);
    let claim = Claim::of_person(person, which, Kind::Channel, Some(channel.0));
    redeem_once(app, claim, call, act).await.map(|(key, _)| key)
}

/// Lets in whoever has asked, on the right of somebody who is in by the membership that began with `since`. Answers
/// the key of the act.
pub(in crate::app) async fn admit_to_channel(
    app: &App,
    id: InvitationId,
    person: Person,
    channel: ChannelId,
    (by, since): (UserId, i64),
    call: Option<OneCall>,
) -> Result<ActKey, RedeemError<JoinError>> {
    let who = (person.user, person.username.clone());
    let act = BecomeMember {
        let_in_by: Some((by, since)),
        ..BecomeMember::of(app, who, channel)
    };
    let claim = Claim::of_asker(person, id, Kind::Channel, Some(channel.0));
    redeem_once(app, claim, call, act).await.map(|(key, _)| key)
}

/// The contract names trouble with the channel and with the person before any with the invitation.
async fn refused(
    app: &App,
    channel: ChannelId,
    user: UserId,
    refusal: Refusal,
) -> Result<JoinError, Fault> {
    let Some(standing) = standing(app, channel, &[user]).await? else {
        return Ok(JoinError::ChannelNotFound);
    };
    Ok(match refusal {
        _ if standing.seats.first().is_some_and(Option::is_some) => JoinError::AlreadyMember,
        Refusal::NotFound => JoinError::InvitationNotFound,
        Refusal::OtherTarget
        | Refusal::NotYours
        | Refusal::Expired
        | Refusal::Ended
        | Refusal::Reserved => JoinError::InvalidInvitation,
    })
}

struct BecomeMember {
    users: Arc<dyn UsersApi>,
    channels: Arc<dyn ChannelsApi>,
    channel: ChannelId,
    user: UserId,
    username: String,
    /// Who says yes to a request, and since when they are in; an offer rests on whoever made it.
    let_in_by: Option<(UserId, i64)>,
}

impl BecomeMember {
    /// Somebody comes by an offer.
    fn of(app: &App, (user, username): (UserId, String), channel: ChannelId) -> Self {
        Self {
            users: Arc::clone(&app.users),
            channels: Arc::clone(&app.channels),
            channel,
            user,
            username,
            let_in_by: None,
        }
    }

    /// On whose right, and on which membership of theirs.
    fn right(&self, invitation: &Invitation) -> Option<(UserId, Option<i64>)> {
        match self.let_in_by {
            Some((by, since)) => Some((by, Some(since))),
            None => invitation
                .issuer_id
                .map(|issuer| (issuer, invitation.ground)),
        }
    }

    /// Asks channels.
    async fn ask(
        self,
        key: ActKey,
        invitation: &Invitation,
    ) -> Result<Membership, ActError<JoinError>> {
        let Some((issuer, issuer_since)) = self.right(invitation) else {
            let nobody = Fault::internal("a channel invitation without an issuer");
            return Err(ActError::Fault(nobody));
        };
        let lost_right = self.lost_right();
        let ask = AddMember {
            key,
            channel: self.channel,
            user: self.user,
            username: self.username,
            permissions: Permissions::from_bits(invitation.grants),
            issuer,
            issuer_since,
            ends_after: invitation.ends_after,
        };
        let made = self.channels.add_member(ask).await;
        made.map_err(|error| match error {
            AddMemberError::ChannelNotFound => {
                ActError::Refused(JoinError::ChannelNotFound, Some(EndReason::TargetClosed))
            }
            AddMemberError::AlreadyMember => {
                // A link is for others too.
                let was_theirs = invitation.recipient_id.is_some();
                let ends = was_theirs.then_some(EndReason::JoinedOtherwise);
                ActError::Refused(JoinError::AlreadyMember, ends)
            }
            AddMemberError::IssuerLostRight => lost_right,
            AddMemberError::Barred => ActError::Barred,
            AddMemberError::Fault(fault) => ActError::Fault(fault),
        })
    }

    /// An offer ends with its maker's right; somebody else may say yes to a request.
    const fn lost_right(&self) -> ActError<JoinError> {
        let ends = match self.let_in_by {
            Some(_) => None,
            None => Some(EndReason::IssuerLostRight),
        };
        ActError::Refused(JoinError::InvalidInvitation, ends)
    }
}

#[async_trait]
impl Act for BecomeMember {
    type Made = (UserId, Membership);
    type Refused = JoinError;

    async fn perform(
        self,
        key: ActKey,
        invitation: &Invitation,
    ) -> Result<Self::Made, ActError<JoinError>> {
        let Some((issuer, _)) = self.right(invitation) else {
            let nobody = Fault::internal("a channel invitation without an issuer");
            return Err(ActError::Fault(nobody));
        };
        // Channels knows memberships and permissions, but not who is locked.
        let found = self.users.by_ids(vec![issuer]).await;
        let found = found.map_err(ActError::Fault)?;
        if found.first().is_none_or(|issuer| issuer.is_locked) {
            return Err(self.lost_right());
        }
        let user = self.user;
        Ok((user, self.ask(key, invitation).await?))
    }

    fn who(made: &Self::Made) -> UserId {
        made.0
    }
}

/// Channels writes down that the call was made, because it is there that it has its effect.
async fn join_without(
    app: &App,
    join: Join,
    once: Option<Once<Membership>>,
) -> Result<Made<Membership>, CallError<JoinError>> {
    let (channel, user) = (join.channel, join.user);
    let ask = JoinPublic {
        channel,
        user,
        username: join.username,
        call: once.as_ref().map(|once| once.call.clone()),
    };
    let joined = app.channels.join_public(ask).await;
    let joined = joined.map_err(|error| {
        CallError::Refused(match error {
            PublicJoinError::OtherCall => return KeyRefusal::OtherCall.into(),
            PublicJoinError::ChannelNotFound => JoinError::ChannelNotFound,
            PublicJoinError::AlreadyMember => JoinError::AlreadyMember,
            PublicJoinError::NotPublic => JoinError::NotPublic,
            PublicJoinError::Fault(fault) => JoinError::Fault(fault),
        })
    })?;
    // The feed says the same a moment later; here it is done before the answer.
    let now = app.db.now();
    let pair = Groundless::Pair(Kind::Channel, channel.0, user);
    let ended: Result<usize, Fault> = app
        .db
        .for_ending()
        .change(move |conn| end_groundless(conn, &pair, NOW, now))
        .await;
    if let Err(fault) = ended {
        tracing::warn!(error = ?fault, "an invitation was not ended at once; the feed will");
    }
    match once {
        Some(once) if joined.is_replay => Ok(Made::Before((once.answer)(&joined.membership)?)),
        _ => Ok(Made::Now(joined.membership)),
    }
}
