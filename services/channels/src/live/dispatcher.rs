//! The one reader of the outbox in this process that serves every live stream.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use tokio_util::sync::CancellationToken;

use super::roster::Roster;
use super::{Command, Live};
use crate::store::{events, outbox};

/// Events of one query: bounds its memory, as each may hold a message of 16 KB.
const EVENTS: i64 = 128;

/// Streams that are attached with one query at most.
const ATTACHED: usize = 256;

/// The pause after a failure of the database.
const RETRY: Duration = Duration::from_millis(500);

/// Serves streams until the process stops; then ends them all.
pub(crate) async fn dispatch(live: Arc<Live>, stop: CancellationToken) -> Result<(), Fault> {
    let mut inbox = live.inbox.lock().await;
    // What a run before this one knew is lost with it: its streams come back and resume.
    live.end_all(false);
    let mut moved = live.feed.moved();
    let mut dispatcher = Dispatcher {
        live: &live,
        roster: Roster::default(),
        dispatched: 0,
    };
    let mut commands = Vec::with_capacity(ATTACHED);
    loop {
        let outcome = tokio::select! {
            () = live.last_call.cancelled() => break,
            () = stop.cancelled() => break,
            _ = inbox.recv_many(&mut commands, ATTACHED) => {
                dispatcher.obey(std::mem::take(&mut commands)).await
            }
            changed = moved.changed(), if !dispatcher.roster.is_empty() => match changed {
                Ok(()) => dispatcher.deliver().await,
                Err(_) => break, // the feed is gone with the service
            },
        };
        live.feed.reached(dispatcher.position());
        live.handed_out
            .store(dispatcher.dispatched, Ordering::Release);
        if let Err(fault) = outcome {
            // The position stands, so nothing is lost; streams wait meanwhile.
            tracing::warn!(error = %fault, source = ?fault, "live events are delayed");
            tokio::time::sleep(RETRY).await;
            moved.mark_changed();
        }
    }
    live.feed.reached(None);
    live.end_all(true);
    stop.cancelled().await;
    Ok(())
}

struct Dispatcher<'a> {
    live: &'a Live,
    roster: Roster,
    /// Everything up to this position was handed out.
    dispatched: i64,
}

impl Dispatcher<'_> {
    /// How far it is; `None` while there is nobody to be served.
    fn position(&self) -> Option<i64> {
        (!self.roster.is_empty()).then_some(self.dispatched)
    }

    /// Lets streams in and out. On an error those that wanted in are ended: they come back.
    async fn obey(&mut self, commands: Vec<Command>) -> Result<(), Fault> {
        let mut wishes = Vec::new();
        for command in commands {
            match command {
                Command::Attach(stream, ready) => wishes.push((stream, ready)),
                Command::Detach(gone) => {
                    wishes.retain(|(stream, _)| stream.id != gone.id);
                    self.roster.detach(&gone);
                }
            }
        }
        if wishes.is_empty() {
            return Ok(());
        }
        let mut unknown: Vec<UserId> = wishes
            .iter()
            .map(|(stream, _)| stream.user)
            .filter(|user| !self.roster.knows(*user))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        let position = self.position();
        let read = self.live.db.snapshot(move |conn| {
            // Nobody was there to be served: begin at the head.
            let position = match position {
                Some(position) => position,
                None => outbox::kept(conn)?.head,
            };
            Ok::<_, Fault>((position, events::seats(conn, &unknown, position)?))
        });
        let (position, seats) = match read.await {
            Ok(read) => read,
            Err(fault) => {
                for (stream, _) in &wishes {
                    stream.end();
                }
                return Err(fault);
            }
        };
        self.dispatched = position;
        let mut ready = Vec::with_capacity(wishes.len());
        for (stream, tell) in wishes {
            self.roster.attach(stream);
            ready.push(tell);
        }
        for seat in seats {
            self.roster.seat(seat);
        }
        for tell in ready {
            // Who does not listen any more detaches next.
            tell.send(()).unwrap_or_default();
        }
        // What was written since the position was read comes by now.
        self.deliver().await
    }

    /// Hands out everything that is new.
    async fn deliver(&mut self) -> Result<(), Fault> {
        loop {
            let after = self.dispatched;
            let events = self
                .live
                .db
                .look(move |conn| outbox::after(conn, after, EVENTS))
                .await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            self.dispatched = last.position;
            for event in &events {
                self.roster.deliver(event, self.live.queue);
            }
            if i64::try_from(events.len()).is_ok_and(|count| count < EVENTS) {
                return Ok(());
            }
        }
    }
}
