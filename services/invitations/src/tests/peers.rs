//! Users and channels in memory. They keep the promises of their traits: names are unique, rights
//! are checked where the act is done, and a key is made once or barred for ever.

mod channels;
pub(crate) mod users;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};

use latchkey_common::auth::UserId;
use latchkey_common::clock::Clock;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{AddMember, ChannelId, ChannelType, Permissions, Seat};
use latchkey_peers::events::{Batch, ChannelEvent, ChannelEventKind, UserEvent, UserEventKind};
use latchkey_peers::users::{CreateAccount, UserView};
use latchkey_peers::{Decided, MadeAct};
use tokio::sync::Semaphore;

/// What becomes of an act on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Trouble {
    /// It works.
    #[default]
    None,
    /// The question is lost: nothing is done, the outcome is unknown.
    QuestionLost,
    /// The act is done and its answer lost.
    AnswerLost,
    /// The question stays on its way until the test lets it go.
    Slow,
    /// No answer ever comes, and nothing is done.
    Hangs,
}

pub(crate) struct Peers {
    clock: Clock,
    state: Mutex<State>,
    /// One permit lets one slow act go.
    gate: Semaphore,
}

#[derive(Default)]
struct State {
    trouble: Trouble,
    accounts_undecided: bool,
    decisions: usize,
    accounts: Vec<UserView>,
    account_keys: HashMap<ActKey, Option<UserId>>,
    lost_account: Option<CreateAccount>,
    user_events: Vec<UserEvent>,
    channels: BTreeMap<ChannelId, Channel>,
    member_keys: HashMap<ActKey, Option<UserId>>,
    lost_member: Option<AddMember>,
    channel_events: Vec<ChannelEvent>,
}

struct Channel {
    name: String,
    kind: ChannelType,
    owner: UserId,
    is_open: bool,
    members: BTreeMap<UserId, Seat>,
}

impl Peers {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            state: Mutex::default(),
            gate: Semaphore::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on every act meets this.
    pub(crate) fn trouble(&self, trouble: Trouble) {
        self.state().trouble = trouble;
    }

    /// Lets one slow act go.
    pub(crate) fn let_go(&self) {
        self.gate.add_permits(1);
    }

    /// While it is set, users cannot say how an act ended.
    pub(crate) fn accounts_undecided(&self, down: bool) {
        self.state().accounts_undecided = down;
    }

    /// How often somebody asked how an act ended.
    pub(crate) fn decisions(&self) -> usize {
        self.state().decisions
    }

    /// The act whose question was lost, arriving after all.
    pub(crate) fn lost_account(&self) -> CreateAccount {
        self.state().lost_account.take().expect("a lost question")
    }

    /// The act whose question was lost, arriving after all.
    pub(crate) fn lost_member(&self) -> AddMember {
        self.state().lost_member.take().expect("a lost question")
    }

    pub(crate) fn account(&self, name: &str) -> UserId {
        self.state().add_account(&self.clock, name, false).id
    }

    pub(crate) fn super_user(&self, name: &str) -> UserId {
        self.state().add_account(&self.clock, name, true).id
    }

    pub(crate) fn accounts(&self) -> usize {
        self.state().accounts.len()
    }

    pub(crate) fn view(&self, user: UserId) -> UserView {
        self.state().view(user).expect("an account").clone()
    }

    pub(crate) fn set_email(&self, user: UserId, email: &str) {
        let mut state = self.state();
        let row = state.accounts.iter_mut().find(|row| row.id == user);
        row.expect("an account").email = Some(email.to_owned());
    }

    pub(crate) fn lock(&self, user: UserId, locked: bool) {
        let mut state = self.state();
        let row = state.accounts.iter_mut().find(|row| row.id == user);
        row.expect("an account").is_locked = locked;
        let kind = if locked {
            UserEventKind::Locked
        } else {
            UserEventKind::Unlocked
        };
        state.tell_of_user(user, kind);
    }

    /// A new channel with one member who may do everything.
    pub(crate) fn channel(&self, owner: UserId, kind: ChannelType) -> ChannelId {
        let mut state = self.state();
        let id = ChannelId(i64::try_from(state.channels.len()).unwrap() + 1);
        let channel = Channel {
            name: format!("channel {id}"),
            kind,
            owner,
            is_open: true,
            members: BTreeMap::new(),
        };
        state.channels.insert(id, channel);
        state.seat(id, owner, Permissions::ALL);
        id
    }

    pub(crate) fn enter(&self, channel: ChannelId, user: UserId, permissions: Permissions) {
        let mut state = self.state();
        state.seat(channel, user, permissions);
    }

    pub(crate) fn leave(&self, channel: ChannelId, user: UserId) {
        let mut state = self.state();
        state.room(channel).members.remove(&user);
        state.tell_of_channel(channel, ChannelEventKind::Gone(user));
    }

    pub(crate) fn close(&self, channel: ChannelId) {
        let mut state = self.state();
        state.room(channel).is_open = false;
        state.tell_of_channel(channel, ChannelEventKind::Closed);
    }

    pub(crate) fn members(&self, channel: ChannelId) -> Vec<UserId> {
        self.state().room(channel).members.keys().copied().collect()
    }

    /// Before the act. An error: its question never arrived.
    async fn on_the_way(&self) -> Result<(), Fault> {
        let trouble = self.state().trouble;
        match trouble {
            Trouble::None | Trouble::AnswerLost => Ok(()),
            Trouble::QuestionLost => Err(Fault::overloaded("peer")),
            Trouble::Slow => {
                self.gate.acquire().await.unwrap().forget();
                Ok(())
            }
            Trouble::Hangs => std::future::pending().await,
        }
    }

    /// After the act.
    fn on_the_way_back(&self) -> Result<(), Fault> {
        if self.state().trouble == Trouble::AnswerLost {
            return Err(Fault::overloaded("peer"));
        }
        Ok(())
    }
}

impl State {
    fn view(&self, user: UserId) -> Option<&UserView> {
        self.accounts.iter().find(|row| row.id == user)
    }

    fn room(&mut self, channel: ChannelId) -> &mut Channel {
        self.channels.get_mut(&channel).expect("a channel")
    }

    fn add_account(&mut self, clock: &Clock, name: &str, is_super_user: bool) -> UserView {
        let id = UserId(i64::try_from(self.accounts.len()).unwrap() + 1);
        let view = UserView {
            id,
            uuid: format!("00000000-0000-4000-8000-{:012}", id.0),
            username: name.to_owned(),
            email: None,
            created_at: clock.now(),
            is_super_user,
            is_locked: false,
        };
        self.accounts.push(view.clone());
        self.tell_of_user(id, UserEventKind::Created);
        view
    }

    fn tell_of_user(&mut self, user: UserId, kind: UserEventKind) {
        let event = UserEvent {
            position: i64::try_from(self.user_events.len()).unwrap() + 1,
            user,
            kind,
        };
        self.user_events.push(event);
    }

    fn tell_of_channel(&mut self, channel: ChannelId, kind: ChannelEventKind) {
        let event = ChannelEvent {
            position: i64::try_from(self.channel_events.len()).unwrap() + 1,
            id: self.next_event(),
            channel,
            kind,
        };
        self.channel_events.push(event);
    }

    /// Numbers of events have gaps: they are no positions.
    fn next_event(&self) -> i64 {
        10 * (i64::try_from(self.channel_events.len()).unwrap() + 1)
    }

    /// Makes somebody a member, with the event that tells of it. A member gets other permissions.
    fn seat(&mut self, channel: ChannelId, user: UserId, permissions: Permissions) {
        let fresh = Seat {
            permissions,
            since: self.next_event(),
        };
        match self.room(channel).members.entry(user) {
            Entry::Occupied(mut seat) => seat.get_mut().permissions = permissions,
            Entry::Vacant(place) => {
                place.insert(fresh);
                self.tell_of_channel(channel, ChannelEventKind::Joined(user));
            }
        }
    }
}

/// Makes nothing of a key that is new: it is barred from now on.
fn decide<T: Copy>(keys: &mut HashMap<ActKey, Option<T>>, key: ActKey) -> Decided<T> {
    match keys.entry(key).or_insert(None) {
        Some(made) => Decided::Made(*made),
        None => Decided::Barred,
    }
}

fn made_acts(
    keys: &HashMap<ActKey, Option<UserId>>,
    after: Option<&ActKey>,
    limit: i64,
) -> Vec<MadeAct> {
    let made: BTreeMap<_, _> = keys
        .iter()
        .filter_map(|(key, made)| Some((key.clone(), (*made)?)))
        .filter(|(key, _)| after.is_none_or(|after| key > after))
        .collect();
    let page = made.into_iter().take(limit.try_into().unwrap());
    page.map(|(key, user)| MadeAct { key, user }).collect()
}

fn piece<E: Clone>(events: &[E], after: i64, limit: i64) -> Batch<E> {
    let (from, limit) = (after.try_into().unwrap(), limit.try_into().unwrap());
    let events: Vec<E> = events.iter().skip(from).take(limit).cloned().collect();
    let next = after + i64::try_from(events.len()).unwrap();
    Batch { events, next }
}
