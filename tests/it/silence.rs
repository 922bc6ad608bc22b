//! Connections that are open fall silent: nothing comes over them any more, no end of them either, and
//! new ones work. Within twenty seconds everybody is served again, without hands; nobody waited for
//! ever, and everything that was acknowledged is there.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use latchkey_testing::chat::Call;
use latchkey_testing::split::{Cut, Link, Part, Split};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, on_postgres, raw};
use tokio::runtime::Handle;

use crate::house::{House, Person};
use crate::metrics::Metrics;
use crate::split::load::{Rates, Report, under_load};

/// Within this everybody is served again.
const AGAIN: Duration = Duration::from_secs(20);
/// Answers about who somebody is are kept this long.
const KEPT: Duration = Duration::from_secs(1);
/// How long readiness takes to say that something does not answer, and whoever asks it to hear that.
const UNREADY: Duration = Duration::from_secs(5);
/// Every replica notices by itself: its readiness asks.
const NOTICED: Duration = Duration::from_secs(20);
/// Without the bus events are looked for.
const HEARD: Duration = Duration::from_secs(3);
/// More than ever wait for a call between services.
const CROWD: usize = 24;
/// The load before and after.
const A_WHILE: Duration = Duration::from_secs(2);

const RATES: Rates = Rates {
    writers: 3,
    pause: Duration::from_millis(20),
    redemptions: 16,
    interval: Duration::from_millis(2500),
};

/// Whoever looks whether things work, from the thread of the trouble.
struct Probe {
    person: Person,
    channel: i64,
}

impl Probe {
    async fn new(house: &House) -> Self {
        let person = house.person().await;
        let channel = person.public_channel().await;
        Self { person, channel }
    }

    fn send(&self) -> Call {
        self.person.elsewhere().say(self.channel, "again")
    }

    /// A call that is useless without what fell silent.
    fn of(&self, link: Link) -> Call {
        let person = self.person.elsewhere();
        match link {
            Link::Database(Service::Invitations)
            | Link::Peer(Service::Invitations, Service::Users) => person.create_invite(),
            Link::Peer(Service::Invitations, _) => person.my_invites(),
            Link::Database(_) | Link::Peer(..) | Link::Gateway(_) | Link::Nats => self.send(),
        }
    }

    /// Many connections between the services that are kept for the calls to come.
    fn crowd(&self) {
        Handle::current().block_on(async {
            let calls = (0..CROWD).flat_map(|_| {
                let person = self.person.elsewhere();
                [person.info(), person.my_invites(), person.channels()]
            });
            drop(join_all(calls.map(Call::attempt)).await);
        });
    }
}

/// Until the call works; every answer before is one that says when to come back.
fn works_again(what: &str, since: Instant, call: impl Fn() -> Call) {
    Handle::current().block_on(async {
        loop {
            let answer = call().attempt().await.expect("an answer");
            let took = since.elapsed();
            assert!(took < AGAIN, "{what}: after {took:?}: {answer}");
            if answer.status < 300 {
                return;
            }
            assert!(
                answer.status == 503 && answer.retry_after() > 0,
                "{what}: {answer}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

/// Everybody was answered in time, and something worked.
#[track_caller]
fn is_sound(report: &Report) {
    let slowest = u64::try_from(report.tally.slowest.load(Ordering::Relaxed)).unwrap();
    let slowest = Duration::from_millis(slowest);
    assert!(slowest < AGAIN, "{report:?}");
    assert!(
        report.messages.0 > 50 && report.redemptions.1 > 0,
        "{report:?}"
    );
}

/// Waits for what readiness says at an internal listener.
fn readiness(internal: &str, within: Duration, status: u16, words: &str) {
    let begun = Instant::now();
    loop {
        let request = "GET /healthz/ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        let said = raw::exchange(internal, request.as_bytes());
        if said.status == status && said.body.contains(words) {
            return;
        }
        assert!(begun.elapsed() < within, "{internal}: {said:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What is said of a silence of a database.
const SAID: &str = "a connection to the database has fallen silent";

/// Every replica has said it once, and counted it.
fn is_said_once(split: &Split, service: Service) {
    let begun = Instant::now();
    for nth in 0..split.replicas() {
        let part = Part::Service(service, nth);
        while split.lines_with(part, SAID).is_empty() {
            assert!(begun.elapsed() < NOTICED, "{part:?} has not noticed");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(split.lines_with(part, SAID).len(), 1, "{part:?}");
        let metrics = Metrics::at(&split.internal_of(service, nth).to_string());
        let counted = metrics.sum("latchkey_db_silent_connections_total", &[]);
        assert!(counted >= Some(1.0), "{part:?}: {counted:?}");
    }
}

async fn silent_databases_are_reconnected() {
    let builder = Stack::on(Backend::Split).replicas(2).with_edges();
    let house = Arc::new(House::open(builder.start()).await);
    let probe = Probe::new(&house).await;
    let report = under_load(&house, RATES, move |house| {
        let split = house.stack.split();
        for service in [Service::Channels, Service::Users, Service::Invitations] {
            let link = Link::Database(service);
            std::thread::sleep(A_WHILE);
            let since = Instant::now();
            split.cut(link, Cut::Silent).unwrap();
            let internal = split.internal_of(service, 0).to_string();
            let words = format!("{} database: no answer", service.name());
            readiness(&internal, UNREADY, 503, &words);
            std::thread::sleep(KEPT);
            works_again(&format!("{service:?}"), since, || probe.of(link));
            is_said_once(split, service);
            // What was on its way arrives late.
            split.heal(link).unwrap();
        }
    })
    .await;
    is_sound(&report);
}

/// New connections are silent as well, until that is lifted; those that are open stay silent.
async fn a_database_that_was_silent_altogether_is_reconnected() {
    let house = Stack::on(Backend::Split).with_edges().start();
    let house = Arc::new(House::open(house).await);
    let probe = Probe::new(&house).await;
    let report = under_load(&house, RATES, move |house| {
        let split = house.stack.split();
        let link = Link::Database(Service::Channels);
        std::thread::sleep(A_WHILE);
        split.cut(link, Cut::Hanging).unwrap();
        std::thread::sleep(Duration::from_secs(12));
        let since = Instant::now();
        split.cut(link, Cut::Silent).unwrap();
        works_again("after the silence was lifted", since, || probe.send());
        split.heal(link).unwrap();
        std::thread::sleep(A_WHILE);
    })
    .await;
    is_sound(&report);
}

async fn silent_calls_between_services_are_made_anew() {
    use Service::{Channels, Invitations, Users};
    let house = Stack::on(Backend::Split).with_edges().start();
    let house = Arc::new(House::open(house).await);
    let probe = Probe::new(&house).await;
    let report = under_load(&house, RATES, move |house| {
        let split = house.stack.split();
        for (caller, asked) in [
            (Channels, Users),
            (Invitations, Users),
            (Invitations, Channels),
        ] {
            probe.crowd();
            let link = Link::Peer(caller, asked);
            let since = Instant::now();
            split.cut(link, Cut::Silent).unwrap();
            std::thread::sleep(KEPT);
            works_again(&format!("{link:?}"), since, || probe.of(link));
            works_again(&format!("{link:?}"), since, || probe.send());
            let internal = split.internal_of(caller, 0).to_string();
            let name = "latchkey_peer_silences_total";
            let counted = || Metrics::at(&internal).sum(name, &[("peer", asked.name())]);
            // Which of the kept connections a call takes is the pool's choice: of many one is silent.
            while counted() < Some(1.0) {
                assert!(since.elapsed() < AGAIN, "{link:?}: {:?}", counted());
                probe.crowd();
            }
            split.heal(link).unwrap();
        }
    })
    .await;
    is_sound(&report);
}

async fn a_silent_bus_is_found_again_and_events_arrive_meanwhile() {
    let builder = Stack::on(Backend::Split).replicas(2).with_edges();
    let house = House::open(builder.start()).await;
    let split = house.stack.split();
    let person = house.person().await;
    let id = person.public_channel().await;
    let mut streams = vec![person.listen().await, person.elsewhere().listen().await];
    split.cut(Link::Nats, Cut::Silent).unwrap();
    let cut = Instant::now();
    // Each replica says once that the bus is away, and then that it is there again.
    let is_back = || {
        (0..2).all(|nth| {
            let part = Part::Service(Service::Channels, nth);
            let count = |words| split.lines_with(part, words).len();
            (count("the bus is away"), count("the bus is connected")) == (1, 2)
        })
    };
    while !is_back() {
        assert!(cut.elapsed() < AGAIN, "{}", house.stack.log());
        let said = person.says(id, "over a silent bus").await;
        let sent = Instant::now();
        for stream in &mut streams {
            assert_eq!(stream.expect("channel-message").await["messageId"], said);
        }
        assert!(sent.elapsed() < HEARD, "{:?}", sent.elapsed());
    }
    let said = person.says(id, "over the bus").await;
    for stream in &mut streams {
        assert_eq!(stream.expect("channel-message").await["messageId"], said);
    }
}

async fn one_process_reconnects_too(backend: Backend) {
    let house = Stack::on(backend).with_edges().start();
    let house = Arc::new(House::open(house).await);
    let probe = Probe::new(&house).await;
    let report = under_load(&house, RATES, move |house| {
        std::thread::sleep(A_WHILE);
        let since = Instant::now();
        house.stack.cut_databases(Some(Cut::Silent));
        works_again("everything", since, || probe.send());
        let left = AGAIN.saturating_sub(since.elapsed());
        readiness(&house.stack.internal(), left, 200, "ready");
        house.stack.cut_databases(None);
        std::thread::sleep(A_WHILE);
    })
    .await;
    is_sound(&report);
    for service in Service::ALL {
        let database = format!("database=\"{}\"", service.name());
        let lines = house.stack.lines_with(SAID).into_iter();
        let count = lines.filter(|line| line.contains(&database)).count();
        // Who had nothing to do meanwhile has not noticed.
        let is_asked = service == Service::Channels;
        assert!(
            count == 1 || (count == 0 && !is_asked),
            "{service:?}: {count}"
        );
    }
    let metrics = Metrics::of(&house.stack);
    let counted = metrics.sum(
        "latchkey_db_silent_connections_total",
        &[("database", "channels")],
    );
    assert!(counted >= Some(1.0), "{counted:?}");
    let stuck = metrics.sum("latchkey_db_stuck_lanes", &[]);
    assert_eq!(stuck, Some(0.0));
}

on_postgres!(one_process_reconnects_too);
crate::split::split!(
    silent_databases_are_reconnected,
    a_database_that_was_silent_altogether_is_reconnected,
    silent_calls_between_services_are_made_anew,
    a_silent_bus_is_found_again_and_events_arrive_meanwhile,
);
