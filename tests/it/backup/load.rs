//! Backups beside a server that works: each is of one moment, whatever goes on.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use latchkey_testing::Backend;
use latchkey_testing::backend::run;
use latchkey_testing::stack::Stack;
use tokio::task::JoinSet;

use super::{backup, path, restored};
use crate::house::{House, PASSWORD, Person, int, numbers, unique};
use crate::wreck::{Joining, ledger_is_whole};

/// What has been acknowledged.
#[derive(Debug, Clone, Default)]
struct Seen {
    messages: BTreeSet<i64>,
    came: BTreeSet<String>,
    joined: BTreeSet<i64>,
}

/// How many calls of each kind are under way at most.
const WRITERS: usize = 3;

#[derive(Clone)]
struct Load {
    house: Arc<House>,
    owner: Person,
    guest: Person,
    channel: i64,
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    async fn send(self) {
        let owner = self.owner.elsewhere();
        while self.goes_on() {
            let sent = owner.say(self.channel, "under load").await.ok(201);
            let id = int(&sent, "messageId");
            self.seen.lock().unwrap().messages.insert(id);
        }
    }

    async fn register(self) {
        let nobody = self.house.nobody();
        while self.goes_on() {
            let (name, token) = (unique("came"), self.house.token().await);
            let created = nobody.create_user(&name, PASSWORD, &token).await;
            drop(created.ok(201));
            self.seen.lock().unwrap().came.insert(name);
        }
    }

    async fn join(self) {
        while self.goes_on() {
            let joining = Joining::new(&self.owner, &self.guest).await;
            let (channel, invite) = (joining.channel, joining.invite);
            drop(self.guest.join_with(channel, invite).await.ok(200));
            self.seen.lock().unwrap().joined.insert(channel);
        }
    }
}

/// A backup, what was acknowledged before it began, and what when it had ended.
struct Made {
    place: String,
    before: Seen,
    after: Seen,
}

async fn make(load: &Load, name: &str) -> Made {
    let before = load.seen.lock().unwrap().clone();
    let place = load.house.stack.folder().join(name);
    let output = backup(&load.house, &[path(&place), "--with-keys"]).await;
    assert_eq!(output.last_line(), path(&place));
    let after = load.seen.lock().unwrap().clone();
    Made {
        place: output.last_line(),
        before,
        after,
    }
}

/// Restored and started, it has what was acknowledged before, nothing that began afterwards, and
/// every settled use has its person.
async fn holds(load: &Load, made: &Made) {
    let (stack, _) = restored(&made.place);
    stack.start();
    let copy = load.house.copied_to(stack);
    ledger_is_whole(&copy);

    let (owner, guest) = (load.owner.at(&copy), load.guest.at(&copy));
    let messages: BTreeSet<i64> = owner.all_messages(load.channel).await.into_iter().collect();
    is_between(&made.before.messages, &messages, &made.after.messages);
    let users = copy.stack.admin(&["user", "list"], "").stdout;
    let words = users.split_whitespace().map(str::to_owned);
    let came: BTreeSet<String> = words.filter(|word| word.starts_with("came-")).collect();
    is_between(&made.before.came, &came, &made.after.came);
    let mine = guest.channels().await.ok(200);
    let mut joined: BTreeSet<i64> = numbers(&mine["channels"], "channelId")
        .into_iter()
        .collect();
    joined.remove(&load.channel);
    is_between(&made.before.joined, &joined, &made.after.joined);

    // It works on from there.
    let newcomer = copy.person().await;
    owner.lets_in(load.channel, &newcomer, &["write"]).await;
    ledger_is_whole(&copy);
}

/// `kept` has all of `before`, and of what came later at most what was acknowledged or under way
/// in the end.
#[track_caller]
fn is_between<T: Ord + std::fmt::Debug>(
    before: &BTreeSet<T>,
    kept: &BTreeSet<T>,
    after: &BTreeSet<T>,
) {
    let lost: Vec<&T> = before.difference(kept).collect();
    assert!(lost.is_empty(), "acknowledged before, and gone: {lost:?}");
    let early: Vec<&T> = kept.difference(after).collect();
    assert!(early.len() <= WRITERS, "not yet sent, and there: {early:?}");
}

#[test]
fn backups_under_load_are_of_one_moment() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let house = Arc::new(House::open(Stack::on(Backend::Sqlite).start()).await);
        let (owner, guest) = (house.person().await, house.person().await);
        let load = Load {
            channel: owner.public_channel().await,
            house,
            owner,
            guest,
            seen: Arc::default(),
            stop: Arc::default(),
        };
        let mut tasks = JoinSet::new();
        for _ in 0..WRITERS {
            tasks.spawn(load.clone().send());
            tasks.spawn(load.clone().register());
            tasks.spawn(load.clone().join());
        }
        // Some load first, so that there is something to lose.
        while load.seen.lock().unwrap().joined.len() < 5 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let mut made = vec![make(&load, "first").await];
        let (second, third) = tokio::join!(make(&load, "second"), make(&load, "third"));
        made.extend([second, third]);
        load.stop.store(true, Ordering::Relaxed);
        tasks.join_all().await;
        let seen = load.seen.lock().unwrap().clone();
        assert!(
            seen.joined.len() > made[2].before.joined.len()
                && seen.messages.len() > made[2].before.messages.len(),
            "the load went on meanwhile"
        );
        for made in &made {
            holds(&load, made).await;
        }
    });
}
