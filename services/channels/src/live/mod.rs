//! Live streams. One dispatcher a process reads the outbox by position and hands each event, rendered
//! once a contract, to the streams that it concerns; a stream takes what happened before from the
//! database.
//!
//! No event is missed and none is sent twice: a stream is first attached to the dispatcher, *then*
//! takes a snapshot of the outbox's head, replays from the database up to that head, and goes on
//! with what the dispatcher gives beyond it. Whoever is cut off has a position from the first byte
//! on, and with each sign of life a newer one.
//!
//! HTTP headers do not belong here, nor which events there are, nor what a contract says of them.

mod dispatcher;
mod frame;
mod registry;
mod rendered;
mod renderer;
mod replay;
mod roster;
mod stream;
mod subscriber;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::db::Db;
use latchkey_common::db::feed::Feed;
use latchkey_common::server::HangUp;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

pub(crate) use self::dispatcher::dispatch;
pub(crate) use self::renderer::{Renderer, Told};
pub(crate) use self::stream::{LiveStream, Start};

use self::registry::Registry;
use self::subscriber::{Queue, Subscriber};
use crate::settings::Settings;

/// Everything that live streams share in this process.
pub(crate) struct Live {
    db: Db,
    feed: Arc<Feed>,
    registry: Registry,
    commands: mpsc::UnboundedSender<Command>,
    /// Held by the dispatcher while it runs.
    inbox: Mutex<mpsc::UnboundedReceiver<Command>>,
    /// What lies up to this position and concerns a stream that is attached was given to it.
    handed_out: AtomicI64,
    heartbeat: Duration,
    queue: Queue,
    /// Comes when the server wants to close its connections, before jobs are stopped.
    last_call: CancellationToken,
}

/// What streams tell the dispatcher. As many wait as streams come and go; each is small.
enum Command {
    /// Hand events to this one from now on, and say so.
    Attach(Arc<Subscriber>, oneshot::Sender<()>),
    /// This one is gone.
    Detach(Arc<Subscriber>),
}

impl Live {
    pub(crate) fn new(
        db: Db,
        feed: Arc<Feed>,
        settings: &Settings,
        last_call: CancellationToken,
    ) -> Arc<Self> {
        let (commands, inbox) = mpsc::unbounded_channel();
        Arc::new(Self {
            db,
            feed,
            registry: Registry::new(settings.streams_per_session, settings.evicted_retry()),
            commands,
            inbox: Mutex::new(inbox),
            handed_out: AtomicI64::new(0),
            heartbeat: settings.heartbeat(),
            queue: Queue {
                events: settings.stream_queue,
                bytes: settings.stream_queue_bytes,
            },
            last_call,
        })
    }

    /// A place for a new stream. `None` when the process is stopping.
    pub(crate) fn open(
        self: &Arc<Self>,
        user: UserId,
        session: SessionId,
        renderer: Renderer,
        hang_up: HangUp,
    ) -> Option<Place> {
        let subscriber = self.registry.open(user, session, renderer, hang_up)?;
        Some(Place {
            live: Arc::clone(self),
            subscriber,
        })
    }

    /// Ends the streams of these sessions. When this returns, nothing more is delivered to them.
    pub(crate) fn end_sessions(&self, sessions: &[SessionId]) {
        self.registry.end_sessions(sessions);
    }

    /// Ends every stream, and lets no new one in when `for_good`.
    pub(crate) fn end_all(&self, for_good: bool) {
        self.registry.end_all(for_good);
    }

    /// Sessions that have a stream.
    pub(crate) fn sessions(&self) -> Vec<SessionId> {
        self.registry.sessions()
    }
}

/// A stream's entry in the registry and with the dispatcher; both are given up when it is dropped.
pub(crate) struct Place {
    live: Arc<Live>,
    subscriber: Arc<Subscriber>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.subscriber.end();
        self.live.registry.close(&self.subscriber);
        // Without a dispatcher there is nobody to tell.
        drop(
            self.live
                .commands
                .send(Command::Detach(Arc::clone(&self.subscriber))),
        );
    }
}
