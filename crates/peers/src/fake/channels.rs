//! Channels and their members.

mod members;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use latchkey_common::auth::UserId;
use latchkey_common::clock::{Clock, Millis};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;

use super::{Acts, Calls, decide, made_acts, next, piece};
use crate::channels::members::{Member, MemberError, MemberId, MembersOf, SetEnd};
use crate::channels::own::{OwnAsk, OwnMessage, OwnPiece};
use crate::channels::{
    AddMember, AddMemberError, ChannelId, ChannelType, ChannelsApi, JoinError, JoinPublic, Joined,
    Membership, Permissions, Seat, Standing, StandingQuestion,
};
use crate::events::{Batch, ChannelEvent, ChannelEventKind};
use crate::{Decided, MadeAct};

/// Channels without messages.
pub struct Channels {
    /// The way to them.
    pub calls: Calls,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rooms: BTreeMap<ChannelId, Room>,
    acts: Acts,
    lost: Option<AddMember>,
    /// For how many milliseconds whoever came by an invitation is in.
    spans: BTreeMap<(ChannelId, UserId), Option<i64>>,
    /// When memberships end.
    ends: BTreeMap<MemberId, Millis>,
    events: Vec<ChannelEvent>,
}

struct Room {
    name: String,
    kind: ChannelType,
    owner: UserId,
    is_open: bool,
    members: BTreeMap<UserId, Seat>,
}

impl Channels {
    /// None yet.
    pub fn new(clock: &Clock) -> Self {
        Self {
            calls: Calls::default(),
            clock: clock.clone(),
            state: Mutex::default(),
        }
    }

    /// A new one with one member who may do everything.
    pub fn create(&self, owner: UserId, kind: ChannelType) -> ChannelId {
        let mut state = self.state();
        let id = ChannelId(next(state.rooms.len()));
        let room = Room {
            name: format!("channel {id}"),
            kind,
            owner,
            is_open: true,
            members: BTreeMap::new(),
        };
        state.rooms.insert(id, room);
        state.seat(id, owner, Permissions::ALL);
        id
    }

    /// Makes somebody a member. A member gets other permissions.
    pub fn enter(&self, channel: ChannelId, user: UserId, permissions: Permissions) {
        self.state().seat(channel, user, permissions);
    }

    /// Ends a membership.
    pub fn leave(&self, channel: ChannelId, user: UserId) {
        let mut state = self.state();
        state.room(channel).members.remove(&user);
        state.tell(channel, ChannelEventKind::Gone(user));
    }

    /// Closes a channel for good.
    pub fn close(&self, channel: ChannelId) {
        let mut state = self.state();
        state.room(channel).is_open = false;
        state.tell(channel, ChannelEventKind::Closed);
    }

    /// Who is in.
    pub fn members(&self, channel: ChannelId) -> Vec<UserId> {
        self.state().room(channel).members.keys().copied().collect()
    }

    /// For how many milliseconds somebody who came by an invitation is in.
    pub fn lasts(&self, channel: ChannelId, user: UserId) -> Option<i64> {
        self.state().spans.get(&(channel, user)).copied().flatten()
    }

    /// The act whose question was lost, so that it can arrive after all.
    pub fn lost(&self) -> AddMember {
        self.state().lost.take().expect("a lost question")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics in here")
    }
}

impl State {
    fn room(&mut self, channel: ChannelId) -> &mut Room {
        self.rooms.get_mut(&channel).expect("a channel")
    }

    fn open_room(&mut self, channel: ChannelId) -> Option<&mut Room> {
        self.rooms.get_mut(&channel).filter(|room| room.is_open)
    }

    fn tell(&mut self, channel: ChannelId, kind: ChannelEventKind) {
        let event = ChannelEvent {
            position: next(self.events.len()),
            id: self.next_event(),
            channel,
            kind,
        };
        self.events.push(event);
    }

    /// Numbers of events have gaps: they are no positions.
    fn next_event(&self) -> i64 {
        10 * next(self.events.len())
    }

    /// Makes somebody a member, with the event that tells of it.
    fn seat(&mut self, channel: ChannelId, user: UserId, permissions: Permissions) {
        let fresh = Seat {
            permissions,
            since: self.next_event(),
        };
        match self.room(channel).members.entry(user) {
            Entry::Occupied(mut seat) => seat.get_mut().permissions = permissions,
            Entry::Vacant(place) => {
                place.insert(fresh);
                self.tell(channel, ChannelEventKind::Joined(user));
            }
        }
    }

    fn add_member(&mut self, clock: &Clock, ask: &AddMember) -> Result<Membership, AddMemberError> {
        let was_made = match self.acts.get(&ask.key) {
            Some(None) => return Err(AddMemberError::Barred),
            Some(Some(_)) => true,
            None => false,
        };
        let room = self.open_room(ask.channel);
        let room = room.ok_or(AddMemberError::ChannelNotFound)?;
        if was_made {
            return Ok(membership(clock, ask.channel, room, ask.user));
        }
        if room.members.contains_key(&ask.user) {
            return Err(AddMemberError::AlreadyMember);
        }
        let may = |seat: &Seat| seat.is_still(ask.issuer_since) && seat.may_grant(ask.permissions);
        if !room.members.get(&ask.issuer).is_some_and(may) {
            return Err(AddMemberError::IssuerLostRight);
        }
        self.seat(ask.channel, ask.user, ask.permissions);
        self.spans.insert((ask.channel, ask.user), ask.ends_after);
        let seat = self.room(ask.channel).members.get(&ask.user).copied();
        if let (Some(seat), Some(span)) = (seat, ask.ends_after) {
            let ends_at = Millis(clock.now().0 + span);
            self.ends.insert(MemberId(seat.since), ends_at);
        }
        self.acts.insert(ask.key.clone(), Some(ask.user));
        let room = self.room(ask.channel);
        Ok(membership(clock, ask.channel, room, ask.user))
    }
}

#[async_trait]
impl ChannelsApi for Channels {
    async fn add_member(&self, ask: AddMember) -> Result<Membership, AddMemberError> {
        if let Err(lost) = self.calls.begin("add-member").await {
            self.state().lost = Some(ask);
            return Err(lost.into());
        }
        let made = self.state().add_member(&self.clock, &ask)?;
        self.calls.end()?;
        Ok(made)
    }

    async fn decide_member(&self, key: ActKey) -> Result<Decided<UserId>, Fault> {
        self.calls.ask_outcome("decide-member")?;
        Ok(decide(&mut self.state().acts, key))
    }

    async fn join_public(&self, ask: JoinPublic) -> Result<Joined, JoinError> {
        self.calls.ask("join-public")?;
        let JoinPublic { channel, user, .. } = ask;
        let mut state = self.state();
        let room = state.open_room(channel).ok_or(JoinError::ChannelNotFound)?;
        if room.members.contains_key(&user) {
            return Err(JoinError::AlreadyMember);
        }
        if room.kind != ChannelType::Public {
            return Err(JoinError::NotPublic);
        }
        state.seat(channel, user, Permissions::PUBLIC_JOIN);
        Ok(Joined {
            membership: membership(&self.clock, channel, state.room(channel), user),
            is_replay: false,
        })
    }

    async fn standings(
        &self,
        questions: Vec<StandingQuestion>,
    ) -> Result<Vec<Option<Standing>>, Fault> {
        self.calls.ask("standings")?;
        let mut state = self.state();
        let answer = |question: StandingQuestion| {
            let room = state.open_room(question.channel)?;
            let seat = |user| room.members.get(user).copied();
            Some(Standing {
                name: room.name.clone(),
                channel_type: room.kind,
                seats: question.users.iter().map(seat).collect(),
            })
        };
        Ok(questions.into_iter().map(answer).collect())
    }

    async fn members(&self, ask: MembersOf) -> Result<Vec<Member>, MemberError> {
        self.calls.ask("members")?;
        self.state().members(&ask)
    }

    async fn member(&self, id: MemberId, reader: UserId) -> Result<Member, MemberError> {
        self.calls.ask("member")?;
        self.state().member(id, reader).map(|(_, one)| one)
    }

    async fn set_end(&self, ask: SetEnd) -> Result<Member, MemberError> {
        self.calls.ask("set-end")?;
        self.state().set_end(ask)
    }

    async fn remove_member(&self, id: MemberId, by: UserId) -> Result<(), MemberError> {
        self.calls.ask("remove-member")?;
        let found = self.state().changeable(id, by)?;
        self.leave(found.channel, found.user);
        Ok(())
    }

    async fn ending(&self, user: UserId, within: i64) -> Result<Vec<(Member, String)>, Fault> {
        self.calls.ask("ending")?;
        Ok(self.state().ending(user, self.clock.now(), within))
    }

    async fn memberships(&self, user: UserId, limit: i64) -> Result<Vec<Membership>, Fault> {
        self.calls.ask("memberships")?;
        let state = self.state();
        let rooms = state.rooms.iter().filter(|(_, room)| room.is_open);
        let mine = rooms.filter(|(_, room)| room.members.contains_key(&user));
        let mine = mine.map(|(id, room)| membership(&self.clock, *id, room, user));
        Ok(mine.take(usize::try_from(limit).unwrap_or(0)).collect())
    }

    async fn own_memberships(&self, ask: OwnAsk) -> Result<OwnPiece<Membership>, Fault> {
        let rows = self.memberships(ask.user, i64::MAX).await?;
        Ok(OwnPiece { rows, next: None })
    }

    /// Nobody says anything here.
    async fn own_messages(&self, _: OwnAsk) -> Result<OwnPiece<OwnMessage>, Fault> {
        self.calls.ask("own-messages")?;
        Ok(OwnPiece {
            rows: Vec::new(),
            next: None,
        })
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        self.calls.ask("made-acts")?;
        Ok(made_acts(&self.state().acts, after.as_ref(), limit))
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<ChannelEvent>, Fault> {
        self.calls.ask("events")?;
        Ok(piece(&self.state().events, after, limit))
    }
}

fn membership(clock: &Clock, channel: ChannelId, room: &Room, user: UserId) -> Membership {
    Membership {
        channel,
        name: room.name.clone(),
        channel_type: room.kind,
        permissions: room.members.get(&user).expect("a member").permissions,
        owner: room.owner,
        last_message: 0,
        last_read: 0,
        joined_at: clock.now(),
    }
}
