//! Two instances over one database, and a real NATS between them. On `SQLite` there are no replicas,
//! and the bus is not used.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use latchkey_testing::backend::run;
use latchkey_testing::chat::{Chat, Listener};
use latchkey_testing::nats::{self, Client, Nats};
use latchkey_testing::{Backend, eventually, on_postgres};
use serde_json::Value;

use crate::live::settle;
use crate::world::{Options, Person, World};

on_postgres!(
    replicas_tell_each_other,
    without_the_bus_events_come_within_two_seconds,
    a_bus_that_hangs_delays_nothing_for_longer,
    a_start_does_not_wait_for_the_bus,
    what_the_bus_invents_harms_nothing,
    a_stream_goes_on_at_another_replica,
);

#[test]
fn on_sqlite_the_bus_is_not_used() {
    run(Backend::Sqlite, module_path!(), nobody_listens);
}

/// What is promised whatever the bus does.
const PROMISE: Duration = Duration::from_secs(2);

/// How long things may take that have no promise.
const SOON: Duration = Duration::from_secs(15);

/// Two instances, somebody with a channel, and this person's clients at both.
struct Pair {
    world: World,
    replica: World,
    anna: Person,
    there: Chat,
    channel: i64,
}

impl Pair {
    async fn with(backend: Backend, url: &str) -> Self {
        let options = Options {
            settings: format!("LATCHKEY_NATS_URL={url}"),
            ..Options::default()
        };
        let world = World::with(backend, options).await;
        let replica = world.replica().await;
        let anna = world.person("Anna");
        let channel = world.channel(&anna, "News").await;
        settle(&world).await;
        let there = replica.anybody().with_session(anna.session());
        Self {
            world,
            replica,
            anna,
            there,
            channel,
        }
    }

    async fn stopped(self) {
        self.replica.stopped().await;
        self.world.stopped().await;
    }
}

/// The next message, which must be this one, within the promise.
async fn comes(stream: &mut Listener, text: &str) -> Value {
    let event = tokio::time::timeout(PROMISE, stream.expect("channel-message"));
    let event = event.await;
    let event = event.unwrap_or_else(|_| panic!("{text:?} did not come within {PROMISE:?}"));
    assert_eq!(event["content"], text);
    event
}

/// Waits until two instances listen.
async fn both_listen(nats: &Nats) -> Vec<Client> {
    eventually(SOON, "two instances on the bus", || async {
        let listeners = nats.listeners();
        (listeners.len() == 2).then_some(listeners)
    })
    .await
}

/// Says something at one instance until the server's own count shows that the other was told of it.
async fn goes_over_the_bus(pair: &Pair, nats: &Nats, streams: &mut [&mut Listener]) {
    let begun = Instant::now();
    loop {
        let before: HashMap<u64, u64> = both_listen(nats)
            .await
            .into_iter()
            .map(|client| (client.id, client.heard))
            .collect();
        let said = pair.anna.say(pair.channel, "over the bus").await.ok(201);
        for stream in streams.iter_mut() {
            let seen = comes(stream, "over the bus").await;
            assert_eq!(seen["messageId"], said["messageId"]);
        }
        let was_told = |client: &Client| {
            let known = before.get(&client.id);
            known.is_some_and(|heard| client.heard > *heard)
        };
        if nats.listeners().iter().any(was_told) {
            return;
        }
        assert!(begun.elapsed() < SOON, "nothing goes over the bus");
    }
}

async fn replicas_tell_each_other(backend: Backend) {
    let Some(nats) = nats::start("replicas_tell_each_other") else {
        return;
    };
    let pair = Pair::with(backend, &nats.url()).await;
    let (mut here, mut beside) = (pair.anna.listen().await, pair.there.listen().await);
    goes_over_the_bus(&pair, &nats, &mut [&mut here, &mut beside]).await;
    pair.there.say(pair.channel, "back").await.ok(201);
    for stream in [&mut here, &mut beside] {
        comes(stream, "back").await;
    }
    let listeners = nats.listeners();
    let heard = listeners.iter().all(|client| client.heard > 0);
    assert!(heard, "both were told: {listeners:?}");
    pair.stopped().await;
}

async fn nobody_listens(backend: Backend) {
    let Some(nats) = nats::start("on_sqlite_the_bus_is_not_used") else {
        return;
    };
    let pair = Pair::with(backend, &nats.url()).await;
    let mut stream = pair.anna.listen().await;
    pair.anna.say(pair.channel, "alone").await.ok(201);
    comes(&mut stream, "alone").await;
    assert_eq!(nats.listeners(), []);
    pair.stopped().await;
}

async fn without_the_bus_events_come_within_two_seconds(backend: Backend) {
    let Some(mut nats) = nats::prepare("without_the_bus_events_come_within_two_seconds") else {
        return;
    };
    nats.run().unwrap();
    let pair = Pair::with(backend, &nats.url()).await;
    let mut beside = pair.there.listen().await;
    goes_over_the_bus(&pair, &nats, &mut [&mut beside]).await;
    nats.kill();
    for nth in 0..5 {
        let text = format!("without {nth}");
        pair.anna.say(pair.channel, &text).await.ok(201);
        comes(&mut beside, &text).await;
    }
    // A burst too: in order, each once.
    for nth in 0..20 {
        pair.anna
            .say(pair.channel, &format!("burst {nth}"))
            .await
            .ok(201);
    }
    for nth in 0..20 {
        comes(&mut beside, &format!("burst {nth}")).await;
    }
    nats.run().unwrap();
    goes_over_the_bus(&pair, &nats, &mut [&mut beside]).await;
    pair.stopped().await;
}

async fn a_bus_that_hangs_delays_nothing_for_longer(backend: Backend) {
    let Some(mut nats) = nats::prepare("a_bus_that_hangs_delays_nothing_for_longer") else {
        return;
    };
    nats.run().unwrap();
    let pair = Pair::with(backend, &nats.url()).await;
    let mut beside = pair.there.listen().await;
    goes_over_the_bus(&pair, &nats, &mut [&mut beside]).await;
    nats.halt().unwrap();
    // Long enough for the client to see that nothing comes back, and to lose its connection.
    for nth in 0..10 {
        let text = format!("hanging {nth}");
        pair.anna.say(pair.channel, &text).await.ok(201);
        comes(&mut beside, &text).await;
    }
    nats.go_on().unwrap();
    goes_over_the_bus(&pair, &nats, &mut [&mut beside]).await;
    pair.stopped().await;
}

async fn a_start_does_not_wait_for_the_bus(backend: Backend) {
    let Some(mut nats) = nats::prepare("a_start_does_not_wait_for_the_bus") else {
        return;
    };
    let pair = Pair::with(backend, &nats.url()).await;
    let mut beside = pair.there.listen().await;
    pair.anna.say(pair.channel, "early").await.ok(201);
    comes(&mut beside, "early").await;
    nats.run().unwrap();
    goes_over_the_bus(&pair, &nats, &mut [&mut beside]).await;
    pair.stopped().await;
}

async fn what_the_bus_invents_harms_nothing(backend: Backend) {
    const SUBJECT: &str = "latchkey.channels.events";
    let Some(mut nats) = nats::prepare("what_the_bus_invents_harms_nothing") else {
        return;
    };
    nats.run().unwrap();
    let pair = Pair::with(backend, &nats.url()).await;
    let mut beside = pair.there.listen().await;
    both_listen(&nats).await;
    for invented in ["9223372036854775807", "-1", "0", "", "x", "1e9", "\u{fc}"] {
        nats.say(SUBJECT, invented).unwrap();
        goes_over_the_bus(&pair, &nats, &mut [&mut beside]).await;
    }
    pair.stopped().await;
}

/// What a client does whose replica dies: it comes back elsewhere with the last id that it has seen.
async fn a_stream_goes_on_at_another_replica(backend: Backend) {
    const MESSAGES: usize = 60;
    let Some(mut nats) = nats::prepare("a_stream_goes_on_at_another_replica") else {
        return;
    };
    nats.run().unwrap();
    let pair = Pair::with(backend, &nats.url()).await;
    both_listen(&nats).await;
    let writing = async {
        for nth in 0..MESSAGES {
            let chat: &Chat = if nth % 2 == 0 {
                &pair.anna
            } else {
                &pair.there
            };
            chat.say(pair.channel, &nth.to_string()).await.ok(201);
        }
    };
    let first = pair.anna.listen().await;
    let reading = async {
        let mut stream = first;
        for nth in 0..MESSAGES {
            comes(&mut stream, &nth.to_string()).await;
            if nth == MESSAGES / 2 {
                nats.kill();
            }
            if nth % 7 == 6 {
                let last = stream.last_id().map(str::to_owned);
                drop(stream);
                let next: &Chat = if nth % 2 == 0 {
                    &pair.anna
                } else {
                    &pair.there
                };
                stream = next.elsewhere().listen_after(last.as_deref()).await;
            }
        }
    };
    tokio::join!(writing, reading);
    pair.stopped().await;
}
