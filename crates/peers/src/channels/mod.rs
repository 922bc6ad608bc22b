//! What others may ask of channels: how somebody stands in one, and to make somebody a member.

mod client;
pub(crate) mod id;
pub mod members;
pub mod own;
mod server;
mod wire;

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_common::{refusals, text_enum, via_fault};
use serde::{Deserialize, Serialize};

use crate::events::{Batch, ChannelEvent};
pub use crate::permissions::{Permission, Permissions};
use crate::{Decided, MadeAct};

pub use self::client::ChannelsClient;
pub use self::id::ChannelId;
use self::members::{Member, MemberError, MemberId, MembersOf, SetEnd};
use self::own::{OwnAsk, OwnMessage, OwnPiece};
pub use self::server::routes;

text_enum! {
    /// Who finds a channel and may join it without an invitation.
    ChannelType {
        /// Everybody.
        Public = "public",
        /// Nobody: members come by invitation.
        Private = "private",
    }
}

/// The channels service, as the others see it.
#[async_trait]
pub trait ChannelsApi: Send + Sync {
    /// Makes somebody a member on an invitation. The same key makes one membership and answers it
    /// each time. In one guarded transaction with it: the channel is open, and the issuer still
    /// holds `invite` and every permission granted, by the same membership.
    async fn add_member(&self, ask: AddMember) -> Result<Membership, AddMemberError>;

    /// Says how [`ChannelsApi::add_member`] with this key ended (who became a member), and bars
    /// the key when it made nothing.
    async fn decide_member(&self, key: ActKey) -> Result<Decided<UserId>, Fault>;

    /// Lets somebody into a public channel without an invitation.
    async fn join_public(&self, ask: JoinPublic) -> Result<Joined, JoinError>;

    /// How people stand in channels: one answer a question, in the order asked; `None` for a
    /// channel that does not exist or is closed.
    async fn standings(
        &self,
        questions: Vec<StandingQuestion>,
    ) -> Result<Vec<Option<Standing>>, Fault>;

    /// Who is in a channel, for somebody who is.
    async fn members(&self, ask: MembersOf) -> Result<Vec<Member>, MemberError>;

    /// One of them, for somebody who is in there too.
    async fn member(&self, id: MemberId, reader: UserId) -> Result<Member, MemberError>;

    /// Sets when a membership ends by itself, on the right of somebody who may remove members there.
    async fn set_end(&self, ask: SetEnd) -> Result<Member, MemberError>;

    /// Removes a member, on the right of `by`.
    async fn remove_member(&self, id: MemberId, by: UserId) -> Result<(), MemberError>;

    /// The memberships of somebody that end by themselves within so many milliseconds, the next one first.
    async fn ending(&self, user: UserId, within: i64) -> Result<Vec<(Member, String)>, Fault>;

    /// The channels that somebody is in, by id; the first `limit` of them.
    async fn memberships(&self, user: UserId, limit: i64) -> Result<Vec<Membership>, Fault>;

    /// The channels that somebody is in, in pieces.
    async fn own_memberships(&self, ask: OwnAsk) -> Result<OwnPiece<Membership>, Fault>;

    /// What somebody has written, in pieces.
    async fn own_messages(&self, ask: OwnAsk) -> Result<OwnPiece<OwnMessage>, Fault>;

    /// The acts that made memberships, in the order of their keys; at most `limit` behind `after`. For
    /// comparing the ledger with what is there.
    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault>;

    /// What happened in channels after a position, as far as it may end invitations.
    async fn events(&self, after: i64, limit: i64) -> Result<Batch<ChannelEvent>, Fault>;
}

/// Somebody to be made a member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddMember {
    /// Names the act.
    pub key: ActKey,
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub user: UserId,
    /// The name of `user`.
    pub username: String,
    /// Exactly what the new member may do.
    pub permissions: Permissions,
    /// On whose right.
    pub issuer: UserId,
    /// The membership that gave the issuer that right ([`Seat::since`]); a later one of the same
    /// person does not count. `None`: whichever it is now.
    pub issuer_since: Option<i64>,
    /// After how many milliseconds the membership ends by itself.
    #[serde(default)]
    pub ends_after: Option<i64>,
}

/// Why nobody was made a member on an invitation.
#[derive(Debug, thiserror::Error)]
pub enum AddMemberError {
    /// There is no such channel, or it is closed.
    #[error("no such channel")]
    ChannelNotFound,
    /// The user is in already.
    #[error("already a member")]
    AlreadyMember,
    /// The issuer may no longer grant that.
    #[error("the issuer lost the right to invite")]
    IssuerLostRight,
    /// The key was given up before.
    #[error("the act was given up")]
    Barred,
    /// Anything else; the outcome may be unknown.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Somebody who wants to join a public channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinPublic {
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub user: UserId,
    /// The name of `user`.
    pub username: String,
    /// The call that is to be made once, where it has a key.
    #[serde(default)]
    pub call: Option<OneCall>,
}

/// Who joined a public channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// As it began.
    #[serde(flatten)]
    pub membership: Membership,
    /// True where the same call was made before, and this is what it made.
    #[serde(default)]
    pub is_replay: bool,
}

/// Why nobody could join without an invitation.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is no such channel, or it is closed.
    #[error("no such channel")]
    ChannelNotFound,
    /// The user is in already.
    #[error("already a member")]
    AlreadyMember,
    /// The channel is private.
    #[error("the channel is private")]
    NotPublic,
    /// The key of the call was used for another one.
    #[error("the key was used for another call")]
    OtherCall,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

via_fault!(AddMemberError, JoinError);
refusals!(AddMemberError {
    ChannelNotFound,
    AlreadyMember,
    IssuerLostRight,
    Barred
});
refusals!(JoinError {
    ChannelNotFound,
    AlreadyMember,
    NotPublic,
    OtherCall
});

/// A channel from the point of view of one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Which channel.
    pub channel: ChannelId,
    /// Its present name.
    pub name: String,
    /// Who finds it.
    pub channel_type: ChannelType,
    /// What the member may do.
    pub permissions: Permissions,
    /// Who owns it.
    pub owner: UserId,
    /// The id of its newest message.
    pub last_message: i64,
    /// The id of the newest message that the member has read; 0 for none.
    pub last_read: i64,
    /// Since when.
    pub joined_at: Millis,
}

/// Asks how some people stand in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingQuestion {
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub users: Vec<UserId>,
}

/// How some people stand in an open channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The channel's present name.
    pub name: String,
    /// Who finds it.
    pub channel_type: ChannelType,
    /// Each asked user's membership, in the order asked; `None` for one who is no member.
    pub seats: Vec<Option<Seat>>,
}

/// Somebody's present membership of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// What the member may do.
    pub permissions: Permissions,
    /// The event that it began with. Whoever leaves and comes again has another, higher one.
    pub since: i64,
}

impl Seat {
    /// True when the member may invite somebody who shall have these permissions: one may grant only
    /// what one holds, and needs `invite` for it.
    pub fn may_grant(self, granted: Permissions) -> bool {
        self.permissions.contains(Permission::Invite) && self.permissions.covers(granted)
    }

    /// True when this is the membership that began with the event `since`. `None` fits any.
    pub fn is_still(self, since: Option<i64>) -> bool {
        since.is_none_or(|since| self.since <= since)
    }
}
