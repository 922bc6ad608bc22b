//! The bus between the replicas of one service: core NATS, at most once.
//!
//! What goes over it is never the truth, only the news that the database has more of it: a position
//! up to which something can be read. So a bus that is away, loses, repeats or invents messages
//! delays nothing beyond the reader's own look at the database, and breaks nothing; and nothing of
//! what people say to each other leaves the database for it.
//!
//! A start never waits for the bus and readiness does not ask for it. Calls between services do not
//! belong here.

mod address;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use futures_util::StreamExt as _;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use self::address::Address;
use self::address::Credentials;
use crate::fault::Fault;
use crate::jobs::Job;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

/// How often the server is asked for a sign of life; after two without an answer it is away.
const PING: Duration = Duration::from_secs(2);

/// The longest pause between two attempts to connect.
const RETRY: Duration = Duration::from_secs(1);

/// How long a message may wait to be taken by the connection. Later it is thrown away: the next one
/// says more.
const TELL: Duration = Duration::from_secs(1);

/// What the bus says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Another replica can read up to this position. Not to be trusted: whoever reaches the NATS
    /// server can say it.
    Told(i64),
    /// The bus came or went. What was told in between is lost.
    Changed,
}

/// One subject on the bus.
pub struct Bus {
    address: Address,
    subject: &'static str,
    /// The newest position to tell; those before it need not be told any more.
    told: watch::Sender<i64>,
    is_connected: AtomicBool,
}

impl Bus {
    /// The subject at `address`; nothing is connected before the job runs.
    pub fn new(address: Address, subject: &'static str) -> Arc<Self> {
        Arc::new(Self {
            address,
            subject,
            told: watch::channel(0).0,
            is_connected: AtomicBool::new(false),
        })
    }

    /// Tells the other replicas of a position. Never waits; without a connection nothing is told.
    pub fn tell(&self, position: i64) {
        self.told.send_if_modified(|told| {
            let is_news = position > *told;
            *told = position.max(*told);
            is_news
        });
    }

    /// True while messages go through, as far as is known.
    pub fn is_connected(&self) -> bool {
        self.is_connected.load(Ordering::Relaxed)
    }

    /// Connects, stays connected and hands all news to `hear`, which must not block.
    pub fn job(self: &Arc<Self>, hear: impl Fn(News) + Send + Sync + 'static) -> Job {
        let (bus, hear) = (Arc::clone(self), Arc::new(hear));
        Job::until_stopped("bus", move |stop| {
            let (bus, hear) = (Arc::clone(&bus), Arc::clone(&hear));
            async move { bus.run(hear, stop).await }
        })
    }

    async fn run(
        self: Arc<Self>,
        hear: Arc<impl Fn(News) + Send + Sync + 'static>,
        stop: CancellationToken,
    ) -> Result<(), Fault> {
        self.set_connected(false);
        let client = self
            .options(Arc::clone(&hear))
            .connect(self.address.servers.clone())
            .await
            .map_err(|error| Fault::unavailable("NATS", error))?;
        let subscribed = client.subscribe(self.subject).await;
        let mut messages = subscribed.map_err(|error| Fault::unavailable("NATS", error))?;
        let mut told = self.told.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                message = messages.next() => {
                    let Some(message) = message else {
                        return Err(Fault::overloaded("NATS"));
                    };
                    count("heard");
                    hear(read(&message.payload));
                }
                Ok(()) = told.changed() => {
                    let position = *told.borrow_and_update();
                    self.publish(&client, position).await;
                }
            }
        }
        self.set_connected(false);
        Ok(())
    }

    async fn publish(&self, client: &Client, position: i64) {
        if !self.is_connected() {
            return; // it would wait in a queue until it is old
        }
        let sent = client.publish(self.subject, position.to_string().into());
        match tokio::time::timeout(TELL, sent).await {
            Ok(Ok(())) => count("told"),
            Ok(Err(error)) => tracing::debug!(%error, position, "not told to other replicas"),
            Err(_) => tracing::debug!(position, "not told to other replicas: the bus hangs"),
        }
    }

    fn options(
        self: &Arc<Self>,
        hear: Arc<impl Fn(News) + Send + Sync + 'static>,
    ) -> ConnectOptions {
        let bus = Arc::clone(self);
        let has_failed = AtomicBool::new(false);
        let options = ConnectOptions::new()
            .name("latchkey")
            .no_echo()
            .retry_on_initial_connect()
            .max_reconnects(None)
            .connection_timeout(CONNECT)
            .ping_interval(PING)
            .reconnect_delay_callback(pause)
            .event_callback(move |event| {
                match event {
                    Event::Connected => {
                        has_failed.store(false, Ordering::Relaxed);
                        bus.set_connected(true);
                        tracing::info!("the bus is connected: replicas tell each other of events");
                        hear(News::Changed);
                    }
                    Event::Disconnected | Event::Closed => {
                        has_failed.store(true, Ordering::Relaxed);
                        bus.set_connected(false);
                        tracing::warn!("the bus is away: events are looked for in the database");
                        hear(News::Changed);
                    }
                    Event::ClientError(error) => {
                        // Every attempt to connect fails in the same way: one line will do.
                        if !bus.is_connected() && !has_failed.swap(true, Ordering::Relaxed) {
                            tracing::warn!(%error, "the bus is away: events are looked for in the database");
                        } else {
                            tracing::debug!(%error, "bus");
                        }
                    }
                    Event::ServerError(error) => tracing::warn!(%error, "the bus complains"),
                    Event::SlowConsumer(_) | Event::LameDuckMode | Event::Draining => {
                        tracing::debug!(%event, "bus");
                    }
                }
                std::future::ready(())
            });
        match &self.address.credentials {
            Some(Credentials::User(user, password)) => {
                options.user_and_password(user.clone(), password.expose().to_owned())
            }
            Some(Credentials::Token(token)) => options.token(token.expose().to_owned()),
            None => options,
        }
    }

    fn set_connected(&self, is_connected: bool) {
        self.is_connected.store(is_connected, Ordering::Relaxed);
        metrics::gauge!("latchkey_bus_connected").set(if is_connected { 1.0 } else { 0.0 });
    }
}

/// The pause before an attempt to connect: none, then doubling.
fn pause(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(2)).unwrap_or(u32::MAX);
    if attempts <= 1 {
        return Duration::ZERO;
    }
    let pause = Duration::from_millis(50).saturating_mul(2_u32.saturating_pow(doublings));
    pause.min(RETRY)
}

/// What a message says. One that cannot be read is news all the same.
fn read(payload: &[u8]) -> News {
    let text = std::str::from_utf8(payload).unwrap_or_default();
    text.parse().map_or(News::Changed, News::Told)
}

fn count(direction: &'static str) {
    metrics::counter!("latchkey_bus_messages_total", "direction" => direction).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_slow_down_to_a_bound() {
        let pauses = [0, 1, 2, 3, 4, 40, usize::MAX].map(pause);
        let expected = [0, 0, 50, 100, 200, 1000, 1000].map(Duration::from_millis);
        assert_eq!(pauses, expected);
    }

    #[test]
    fn what_cannot_be_read_is_news_all_the_same() {
        assert_eq!(read(b"17"), News::Told(17));
        assert_eq!(read(b"x"), News::Changed);
        assert_eq!(read(&[0xff]), News::Changed);
    }

    #[test]
    fn only_the_newest_position_is_told() {
        let address = Address::parse("nats://127.0.0.1:1").unwrap().unwrap();
        let bus = Bus::new(address, "s");
        let mut told = bus.told.subscribe();
        for position in [3, 7, 5] {
            bus.tell(position);
        }
        assert!(told.has_changed().unwrap());
        assert_eq!(*told.borrow_and_update(), 7);
        bus.tell(6);
        assert!(!told.has_changed().unwrap(), "that is no news");
    }
}
