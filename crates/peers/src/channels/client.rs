//! The channels service in another process.

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::rpc::PeerClient;
use latchkey_common::rpc::Repeat::{ByKey, Freely, Never};

use super::members::{Member, MemberError, MemberId, MembersOf, SetEnd};
use super::own::{OwnAsk, OwnMessage, OwnPiece};
use super::wire::{Ending, Memberships, OneMember};
use super::{
    AddMember, AddMemberError, ChannelsApi, JoinError, JoinPublic, Joined, Membership, Standing,
    StandingQuestion,
};
use crate::events::{Batch, ChannelEvent};
use crate::wire::Page;
use crate::{Decided, MadeAct};

/// Asks the channels service.
#[derive(Debug)]
pub struct ChannelsClient(PeerClient);

impl ChannelsClient {
    /// Asks through `peer`.
    pub fn new(peer: PeerClient) -> Self {
        Self(peer)
    }
}

#[async_trait]
impl ChannelsApi for ChannelsClient {
    async fn add_member(&self, ask: AddMember) -> Result<Membership, AddMemberError> {
        self.0.ask("add-member", ByKey, &ask).await
    }

    async fn decide_member(&self, key: ActKey) -> Result<Decided<UserId>, Fault> {
        self.0.ask("decide-member", ByKey, &key).await
    }

    async fn join_public(&self, ask: JoinPublic) -> Result<Joined, JoinError> {
        // Without a key whoever asked twice would be told that they are in already.
        let repeat = if ask.call.is_some() { ByKey } else { Never };
        self.0.ask("join-public", repeat, &ask).await
    }

    async fn standings(
        &self,
        questions: Vec<StandingQuestion>,
    ) -> Result<Vec<Option<Standing>>, Fault> {
        self.0.ask("standings", Freely, &questions).await
    }

    async fn members(&self, ask: MembersOf) -> Result<Vec<Member>, MemberError> {
        self.0.ask("members", Freely, &ask).await
    }

    async fn member(&self, member: MemberId, who: UserId) -> Result<Member, MemberError> {
        let ask = OneMember { member, who };
        self.0.ask("member", Freely, &ask).await
    }

    async fn set_end(&self, ask: SetEnd) -> Result<Member, MemberError> {
        // Setting what is set changes nothing.
        self.0.ask("set-end", Freely, &ask).await
    }

    async fn remove_member(&self, member: MemberId, who: UserId) -> Result<(), MemberError> {
        let ask = OneMember { member, who };
        // Whoever asked twice would be told that there is none.
        self.0.ask("remove-member", Never, &ask).await
    }

    async fn ending(&self, user: UserId, within: i64) -> Result<Vec<(Member, String)>, Fault> {
        self.0.ask("ending", Freely, &Ending { user, within }).await
    }

    async fn memberships(&self, user: UserId, limit: i64) -> Result<Vec<Membership>, Fault> {
        self.0
            .ask("memberships", Freely, &Memberships { user, limit })
            .await
    }

    async fn own_memberships(&self, ask: OwnAsk) -> Result<OwnPiece<Membership>, Fault> {
        self.0.ask("own-memberships", Freely, &ask).await
    }

    async fn own_messages(&self, ask: OwnAsk) -> Result<OwnPiece<OwnMessage>, Fault> {
        self.0.ask("own-messages", Freely, &ask).await
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        self.0
            .ask("made-acts", Freely, &Page { after, limit })
            .await
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<ChannelEvent>, Fault> {
        self.0.ask("events", Freely, &Page { after, limit }).await
    }
}
