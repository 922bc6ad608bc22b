//! Channels and their members.

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Clock;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelId, ChannelType, ChannelsApi, JoinError, Membership,
    Permissions, Standing, StandingQuestion,
};
use latchkey_peers::events::{Batch, ChannelEvent};
use latchkey_peers::{Decided, MadeAct};

use super::{Channel, Peers, State, decide, made_acts, piece};

#[async_trait]
impl ChannelsApi for Peers {
    async fn add_member(&self, ask: AddMember) -> Result<Membership, AddMemberError> {
        if let Err(lost) = self.on_the_way().await {
            self.state().lost_member = Some(ask);
            return Err(lost.into());
        }
        let made = {
            let mut state = self.state();
            state.add_member(&self.clock, &ask)?
        };
        self.on_the_way_back()?;
        Ok(made)
    }

    async fn decide_member(&self, key: ActKey) -> Result<Decided<UserId>, Fault> {
        let mut state = self.state();
        state.decisions += 1;
        Ok(decide(&mut state.member_keys, key))
    }

    async fn join_public(
        &self,
        channel: ChannelId,
        user: UserId,
        _: String,
    ) -> Result<Membership, JoinError> {
        let mut state = self.state();
        let open = state.channels.get_mut(&channel).filter(|room| room.is_open);
        let room = open.ok_or(JoinError::ChannelNotFound)?;
        if room.members.contains_key(&user) {
            return Err(JoinError::AlreadyMember);
        }
        if room.kind != ChannelType::Public {
            return Err(JoinError::NotPublic);
        }
        state.seat(channel, user, Permissions::PUBLIC_JOIN);
        Ok(membership(&self.clock, channel, state.room(channel), user))
    }

    async fn standings(
        &self,
        questions: Vec<StandingQuestion>,
    ) -> Result<Vec<Option<Standing>>, Fault> {
        let state = self.state();
        let answer = |question: StandingQuestion| {
            let room = state.channels.get(&question.channel)?;
            room.is_open.then(|| Standing {
                name: room.name.clone(),
                channel_type: room.kind,
                seats: question
                    .users
                    .iter()
                    .map(|user| room.members.get(user).copied())
                    .collect(),
            })
        };
        Ok(questions.into_iter().map(answer).collect())
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        Ok(made_acts(&self.state().member_keys, after.as_ref(), limit))
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<ChannelEvent>, Fault> {
        Ok(piece(&self.state().channel_events, after, limit))
    }
}

impl State {
    fn add_member(&mut self, clock: &Clock, ask: &AddMember) -> Result<Membership, AddMemberError> {
        if let Some(None) = self.member_keys.get(&ask.key) {
            return Err(AddMemberError::Barred);
        }
        let was_made = self.member_keys.contains_key(&ask.key);
        let open = self
            .channels
            .get_mut(&ask.channel)
            .filter(|room| room.is_open);
        let room = open.ok_or(AddMemberError::ChannelNotFound)?;
        if was_made {
            return Ok(membership(clock, ask.channel, room, ask.user));
        }
        if room.members.contains_key(&ask.user) {
            return Err(AddMemberError::AlreadyMember);
        }
        let may = room
            .members
            .get(&ask.issuer)
            .is_some_and(|seat| seat.is_still(ask.issuer_since) && seat.may_grant(ask.permissions));
        if !may {
            return Err(AddMemberError::IssuerLostRight);
        }
        self.seat(ask.channel, ask.user, ask.permissions);
        self.member_keys.insert(ask.key.clone(), Some(ask.user));
        Ok(membership(
            clock,
            ask.channel,
            self.room(ask.channel),
            ask.user,
        ))
    }
}

fn membership(clock: &Clock, channel: ChannelId, room: &Channel, user: UserId) -> Membership {
    Membership {
        channel,
        name: room.name.clone(),
        channel_type: room.kind,
        permissions: room.members[&user].permissions,
        owner: room.owner,
        last_message: 0,
        last_read: 0,
        joined_at: clock.now(),
    }
}
