//! Load by people who do what clients do: they write, sign up, join and listen, and know what was
//! acknowledged. Afterwards everything that was acknowledged is there, every invitation is settled,
//! and the streams missed and repeated nothing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all, join3};
use latchkey_testing::chat::{Answer, Call};

use super::heard::{Heard, hear};
use crate::house::{House, PASSWORD, Person, int};
use crate::wreck::{Joining, SETTLED, SignUp, ledger_is_whole};

/// How much at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    /// Writers, each with a channel and a listener of its own.
    pub(crate) writers: usize,
    /// How long each pauses between two messages.
    pub(crate) pause: Duration,
    /// Sign-ups and joinings by invitation, each, one after another until they are done.
    pub(crate) redemptions: usize,
    /// How long between two of them.
    pub(crate) interval: Duration,
}

/// What came back.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Answers as they should be.
    pub(crate) fine: AtomicUsize,
    /// 503 with `Retry-After`.
    pub(crate) unavailable: AtomicUsize,
    /// No answer at all: the connection broke.
    pub(crate) broken: AtomicUsize,
    /// The slowest answer, in milliseconds.
    pub(crate) slowest: AtomicUsize,
}

impl Tally {
    /// Sends it. `Some` when it was acknowledged; anything but success and 503 fails the test.
    async fn send(&self, call: Call) -> Option<Answer> {
        let begun = Instant::now();
        let answer = call.attempt().await;
        let took = usize::try_from(begun.elapsed().as_millis()).unwrap_or(usize::MAX);
        self.slowest.fetch_max(took, Ordering::Relaxed);
        let count = match &answer {
            Err(_) => &self.broken,
            Ok(answer) if answer.status == 503 => {
                assert!(answer.retry_after() > 0, "{answer}");
                &self.unavailable
            }
            Ok(answer) => {
                assert!([200, 201].contains(&answer.status), "{answer}");
                &self.fine
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
        answer.ok().filter(|answer| answer.status != 503)
    }

    /// Nothing but good answers.
    #[track_caller]
    pub(super) fn is_spotless(&self) {
        let lost = self.unavailable.load(Ordering::Relaxed) + self.broken.load(Ordering::Relaxed);
        assert!(
            lost == 0 && self.fine.load(Ordering::Relaxed) > 0,
            "{self:?}"
        );
    }
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) tally: Tally,
    /// Messages that were acknowledged, and those that are there.
    pub(crate) messages: (usize, usize),
    /// Redemptions that were begun, and those of them that let somebody in.
    pub(crate) redemptions: (usize, usize),
    /// How often streams were opened again.
    pub(crate) resumed: usize,
    /// How long until everything was settled.
    pub(crate) settled: Duration,
}

struct Writer {
    person: Person,
    channel: i64,
    mark: Option<String>,
    first: i64,
    acknowledged: Mutex<Vec<i64>>,
}

impl Writer {
    async fn new(house: &House) -> Self {
        let person = house.person().await;
        let channel = person.public_channel().await;
        let mut stream = person.listen().await;
        let first = person.says(channel, "first").await;
        drop(stream.expect("channel-message").await);
        Self {
            mark: stream.last_id().map(str::to_owned),
            person,
            channel,
            first,
            acknowledged: Mutex::default(),
        }
    }

    async fn write(&self, rates: Rates, tally: &Tally, is_over: &AtomicBool) {
        while !is_over.load(Ordering::SeqCst) {
            let call = self.person.say(self.channel, "load");
            if let Some(answer) = tally.send(call).await {
                let id = int(&answer.json(), "messageId");
                self.acknowledged.lock().unwrap().push(id);
            }
            tokio::time::sleep(rates.pause).await;
        }
    }

    /// Everything acknowledged is there, and was heard once.
    async fn is_whole(&self, heard: &Heard) -> (usize, usize) {
        let mut kept = self.person.all_messages(self.channel).await;
        kept.retain(|message| *message > self.first);
        kept.reverse();
        let acknowledged = self.acknowledged.lock().unwrap();
        for message in acknowledged.iter() {
            assert!(
                kept.contains(message),
                "{message} was acknowledged and is gone"
            );
        }
        assert_eq!(heard.messages, kept, "nothing missed, nothing twice");
        (acknowledged.len(), kept.len())
    }
}

/// Runs the load beside `trouble`, which ends with everything running, and holds the promises after.
///
/// The trouble has a thread to itself: it may wait for processes without standing in the load's way.
pub(crate) async fn under_load(
    house: &Arc<House>,
    rates: Rates,
    trouble: impl FnOnce(&House) + Send + 'static,
) -> Report {
    let tally = Tally::default();
    let is_over = AtomicBool::new(false);
    let mut writers = Vec::new();
    for _ in 0..rates.writers {
        writers.push(Writer::new(house).await);
    }
    let (owner, guest) = (house.person().await, house.person().await);
    let (mut sign_ups, mut joinings) = (Vec::new(), Vec::new());
    for _ in 0..rates.redemptions {
        sign_ups.push(SignUp::new(house).await);
        joinings.push(Joining::new(&owner, &guest).await);
    }

    let writing = join_all(writers.iter().map(|it| it.write(rates, &tally, &is_over)));
    let hearing = writers.iter();
    let hearing = join_all(hearing.map(|it| hear(&it.person, it.mark.clone(), &is_over)));
    let nobody = house.nobody();
    let registering = in_turn(rates, &tally, &is_over, &sign_ups, |it| {
        nobody.create_user(&it.name, PASSWORD, &it.token)
    });
    let joining = in_turn(rates, &tally, &is_over, &joinings, |it| {
        guest.join_with(it.channel, it.invite)
    });
    let troubled = Arc::clone(house);
    let trouble = tokio::task::spawn_blocking(move || trouble(&troubled));
    let steering = async {
        trouble.await.expect("the trouble went as planned");
        is_over.store(true, Ordering::SeqCst);
        Instant::now()
    };
    let people = join(writing, hearing);
    let (ended, (signed_up, joined, (_, heard))) =
        join(steering, join3(registering, joining, people)).await;

    nothing_waits(house, ended).await;
    // One after another: a crowd that looks at once takes the time that the promise is about.
    let mut inside = 0;
    for (sign_up, is_acknowledged) in sign_ups.iter().zip(&signed_up) {
        let is_in = sign_up.settled(house).await;
        assert!(is_in || !is_acknowledged, "{sign_up:?} is gone");
        inside += usize::from(is_in);
    }
    for (joining, is_acknowledged) in joinings.iter().zip(&joined) {
        let is_in = joining.settled().await;
        assert!(is_in || !is_acknowledged, "a membership is gone");
        inside += usize::from(is_in);
    }
    let begun = signed_up.len() + joined.len();
    let settled = ended.elapsed();
    ledger_is_whole(house);
    let mut messages = (0, 0);
    for (writer, heard) in writers.iter().zip(&heard) {
        let (acknowledged, kept) = writer.is_whole(heard).await;
        messages = (messages.0 + acknowledged, messages.1 + kept);
    }
    Report {
        tally,
        messages,
        redemptions: (begun, inside),
        resumed: heard.iter().map(|it| it.resumed).sum(),
        settled,
    }
}

/// No reservation is left open within the promised time after the last restart.
async fn nothing_waits(house: &House, ended: Instant) {
    loop {
        let doctor = house.stack.command(&["doctor", "--ledger"], "");
        let waited = ended.elapsed();
        if doctor.stdout.contains("; 0 wait to be settled") {
            return;
        }
        assert!(waited < SETTLED, "after {waited:?}: {doctor:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Sends one call after another until the trouble is over; which of those sent were acknowledged.
async fn in_turn<T>(
    rates: Rates,
    tally: &Tally,
    is_over: &AtomicBool,
    all: &[T],
    call: impl Fn(&T) -> Call,
) -> Vec<bool> {
    let mut acknowledged = Vec::new();
    for one in all {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        acknowledged.push(tally.send(call(one)).await.is_some());
        tokio::time::sleep(rates.interval).await;
    }
    acknowledged
}
