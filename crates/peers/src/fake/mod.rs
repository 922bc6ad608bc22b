//! The peers in memory, for the tests of those who ask them: [`Users`] and [`Channels`]. They keep the
//! promises of their traits: names are unique, rights are checked where the act is done, and a key is
//! made once or barred for ever. They break on demand, and note what they were asked ([`Calls`]).
//!
//! What only one service's tests need does not belong here.

#![expect(
    clippy::expect_used,
    reason = "the callers are tests: they fail by panicking"
)]

mod calls;
mod channels;
mod users;

use std::collections::{BTreeMap, HashMap};

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;

use crate::events::Batch;
use crate::{Decided, MadeAct};

pub use self::calls::{Calls, Trouble};
pub use self::channels::Channels;
pub use self::users::Users;

/// Acts by their keys, and whom each let in; `None` is barred.
type Acts = HashMap<ActKey, Option<UserId>>;

/// Makes nothing of a key that is new: it is barred from now on.
fn decide(acts: &mut Acts, key: ActKey) -> Decided<UserId> {
    match acts.entry(key).or_insert(None) {
        Some(made) => Decided::Made(*made),
        None => Decided::Barred,
    }
}

fn made_acts(acts: &Acts, after: Option<&ActKey>, limit: i64) -> Vec<MadeAct> {
    let made: BTreeMap<_, _> = acts
        .iter()
        .filter_map(|(key, made)| Some((key, (*made)?)))
        .filter(|(key, _)| after.is_none_or(|after| *key > after))
        .collect();
    let made = made.into_iter().take(count(limit));
    made.map(|(key, user)| MadeAct {
        key: key.clone(),
        user,
    })
    .collect()
}

fn piece<E: Clone>(events: &[E], after: i64, limit: i64) -> Batch<E> {
    let piece = events.iter().skip(count(after)).take(count(limit));
    let events: Vec<E> = piece.cloned().collect();
    let next = after + number(events.len());
    Batch { events, next }
}

/// The number of the next in a list.
fn next(list: usize) -> i64 {
    number(list) + 1
}

fn number(count: usize) -> i64 {
    i64::try_from(count).expect("a short list")
}

fn count(number: i64) -> usize {
    usize::try_from(number).expect("not negative")
}
