//! One stream from its first byte to its last.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::future::{Either, select};
use latchkey_common::fault::Fault;
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep};

use super::{Command, Place, frame, replay};

/// Where a stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// After this position.
    After(i64),
    /// With the news that everything before this head cannot be replayed.
    Resync(i64),
}

/// The events of one user, as bytes.
pub(crate) struct LiveStream {
    place: Place,
    /// Everything up to this position is sent, or is not this user's.
    cursor: i64,
    phase: Phase,
    /// Goes off when nothing was sent for a while.
    heartbeat: Pin<Box<Sleep>>,
}

enum Phase {
    /// Says hello.
    Begin(Start),
    /// Replays in the database's own time, so that a client that is far behind fills no queue.
    CatchUp,
    /// Attached: replays the short rest, up to the head at that moment.
    Rest(i64),
    /// Takes what the dispatcher gives.
    Live,
}

impl LiveStream {
    /// A stream that begins at `start`.
    pub(crate) fn new(place: Place, start: Start) -> Self {
        let heartbeat = Box::pin(sleep(place.live.heartbeat));
        let (Start::After(cursor) | Start::Resync(cursor)) = start;
        Self {
            place,
            cursor,
            phase: Phase::Begin(start),
            heartbeat,
        }
    }

    /// The body of the answer. It ends when the stream is ended; it never fails.
    pub(crate) fn into_body(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        futures_util::stream::unfold(self, |mut stream| async move {
            let next = stream.next().await;
            let bytes = next.or_else(|| stream.place.subscriber.last_words())?;
            let pause = Instant::now() + stream.place.live.heartbeat;
            stream.heartbeat.as_mut().reset(pause);
            Some((Ok(bytes), stream))
        })
    }

    /// The next bytes; `None` when the stream was ended, or the database failed: the client comes
    /// back and resumes.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let bytes = match self.phase {
                Phase::Begin(start) => {
                    self.phase = Phase::CatchUp;
                    match start {
                        Start::After(position) => frame::hello(position),
                        Start::Resync(head) => frame::hello_anew(head),
                    }
                }
                Phase::CatchUp => self.catch_up().await?,
                Phase::Rest(head) => self.rest(head).await?,
                Phase::Live => self.live().await?,
            };
            // Asked last: whoever ended the stream meanwhile may be sure that nothing follows.
            if !self.place.subscriber.is_open() {
                return None;
            }
            if !bytes.is_empty() {
                return Some(bytes);
            }
        }
    }

    async fn catch_up(&mut self) -> Option<Bytes> {
        let kept = self.unless_ended(replay::kept(&self.place.live.db)).await?;
        if !kept.continues(self.cursor) {
            self.cursor = kept.head;
            return Some(frame::resync(kept.head));
        }
        if self.cursor < kept.head {
            return self.replay(kept.head).await;
        }
        let (ready, attached) = oneshot::channel();
        let attach = Command::Attach(Arc::clone(&self.place.subscriber), ready);
        self.place.live.commands.send(attach).ok()?;
        let attached = async { attached.await.map_err(Fault::internal) };
        self.unless_ended(attached).await?;
        let kept = self.unless_ended(replay::kept(&self.place.live.db)).await?;
        self.phase = Phase::Rest(kept.head);
        Some(Bytes::new())
    }

    async fn rest(&mut self, head: i64) -> Option<Bytes> {
        if self.cursor >= head {
            self.phase = Phase::Live;
            return Some(Bytes::new());
        }
        self.replay(head).await
    }

    async fn replay(&mut self, head: i64) -> Option<Bytes> {
        let (user, renderer) = (self.place.subscriber.user, self.place.subscriber.renderer);
        let piece = replay::piece(&self.place.live.db, user, renderer, self.cursor, head);
        let piece = self.unless_ended(piece).await?;
        self.cursor = piece.reached;
        Some(piece.bytes)
    }

    async fn live(&mut self) -> Option<Bytes> {
        let (subscriber, heartbeat) = (&self.place.subscriber, &mut self.heartbeat);
        let handed_out = &self.place.live.handed_out;
        let next = poll_fn(|cx| {
            // Read before the queue: what was handed out up to there is in it, or was taken from it.
            let reached = handed_out.load(Ordering::Acquire);
            match subscriber.poll_next(cx) {
                Poll::Ready(next) => Poll::Ready(Ok(next)),
                Poll::Pending => heartbeat.as_mut().poll(cx).map(|()| Err(reached)),
            }
        });
        let (position, bytes) = match next.await {
            Ok(next) => next?,
            Err(reached) => {
                self.cursor = self.cursor.max(reached);
                return Some(frame::heartbeat(self.cursor));
            }
        };
        if position <= self.cursor {
            return Some(Bytes::new()); // replayed already
        }
        self.cursor = position;
        Some(bytes)
    }

    /// `None` when the stream is ended meanwhile, or `work` failed.
    async fn unless_ended<T>(&self, work: impl Future<Output = Result<T, Fault>>) -> Option<T> {
        let subscriber = &self.place.subscriber;
        let ended = poll_fn(|cx| subscriber.poll_ended(cx));
        match select(ended, pin!(work)).await {
            Either::Left(((), _)) => None,
            Either::Right((Ok(value), _)) => Some(value),
            Either::Right((Err(fault), _)) => {
                tracing::warn!(error = %fault, source = ?fault, "live stream given up");
                None
            }
        }
    }
}
