//! What the other services may ask, answered in this process.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_peers::channels::members::{Member, MemberError, MemberId, MembersOf, SetEnd};
use latchkey_peers::channels::own::{OwnAsk, OwnMessage, OwnPiece};
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelsApi, JoinError, JoinPublic, Joined, Membership, Standing,
    StandingQuestion,
};
use latchkey_peers::events::{Batch, ChannelEvent};
use latchkey_peers::{Decided, MadeAct};

use crate::app::App;
use crate::app::add_member::{add_member, decide_member};
use crate::app::join_public::join_public;
use crate::app::list_channels::list_channels;
use crate::app::made_acts::made_acts;
use crate::app::membership_changes::membership_changes;
use crate::app::memberships;
use crate::app::own::{own_memberships, own_messages};
use crate::app::standings::standings;

/// The service itself as a peer.
pub(crate) struct Local(pub(crate) Arc<App>);

#[async_trait]
impl ChannelsApi for Local {
    async fn add_member(&self, ask: AddMember) -> Result<Membership, AddMemberError> {
        add_member(&self.0, ask).await
    }

    async fn decide_member(&self, key: ActKey) -> Result<Decided<UserId>, Fault> {
        decide_member(&self.0, key).await
    }

    async fn join_public(&self, ask: JoinPublic) -> Result<Joined, JoinError> {
        join_public(&self.0, ask).await
    }

    async fn standings(
        &self,
        questions: Vec<StandingQuestion>,
    ) -> Result<Vec<Option<Standing>>, Fault> {
        standings(&self.0, questions).await
    }

    async fn members(&self, ask: MembersOf) -> Result<Vec<Member>, MemberError> {
        memberships::list(&self.0, ask).await
    }

    async fn member(&self, id: MemberId, reader: UserId) -> Result<Member, MemberError> {
        memberships::show(&self.0, id, reader).await
    }

    async fn set_end(&self, ask: SetEnd) -> Result<Member, MemberError> {
        memberships::set_end(&self.0, ask).await
    }

    async fn remove_member(&self, id: MemberId, by: UserId) -> Result<(), MemberError> {
        memberships::remove(&self.0, id, by).await
    }

    async fn ending(&self, user: UserId, within: i64) -> Result<Vec<(Member, String)>, Fault> {
        memberships::ending(&self.0, user, within).await
    }

    async fn memberships(&self, user: UserId, limit: i64) -> Result<Vec<Membership>, Fault> {
        let page = Page {
            after: None,
            limit: Some(limit),
        };
        Ok(list_channels(&self.0, user, page).await?.items)
    }

    async fn own_memberships(&self, ask: OwnAsk) -> Result<OwnPiece<Membership>, Fault> {
        own_memberships(&self.0, ask).await
    }

    async fn own_messages(&self, ask: OwnAsk) -> Result<OwnPiece<OwnMessage>, Fault> {
        own_messages(&self.0, ask).await
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        made_acts(&self.0, after, limit).await
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<ChannelEvent>, Fault> {
        membership_changes(&self.0, after, limit).await
    }
}
