//! The outbox as invitations reads it: who came, who went, which channel is closed.

use latchkey_common::fault::Fault;
use latchkey_peers::events::{Batch, ChannelEvent, ChannelEventKind};

use super::App;
use crate::domain::event::{Event, Fact};
use crate::store::outbox;

/// At most this many events are answered at once.
const MAX_EVENTS: i64 = 1_000;

/// What happened after a position, as far as it may end invitations. `next` lies beyond events of
/// no interest.
pub(crate) async fn membership_changes(
    app: &App,
    after: i64,
    limit: i64,
) -> Result<Batch<ChannelEvent>, Fault> {
    let limit = limit.clamp(1, MAX_EVENTS);
    app.db
        .read(move |conn| {
            // The end first: what is committed meanwhile is left to the next call.
            let head = outbox::kept(conn)?.head.max(after);
            let events = outbox::membership_changes(conn, after, head, limit)?;
            let is_full = i64::try_from(events.len()).is_ok_and(|count| count >= limit);
            let next = match events.last() {
                Some(last) if is_full => last.position,
                _ => head,
            };
            Ok(Batch {
                events: events.iter().filter_map(change).collect(),
                next,
            })
        })
        .await
}

fn change(event: &Event) -> Option<ChannelEvent> {
    let kind = match event.fact {
        Fact::Join(_) => ChannelEventKind::Joined(event.user),
        Fact::Leave | Fact::Remove => ChannelEventKind::Gone(event.user),
        Fact::Closed => ChannelEventKind::Closed,
        Fact::Message { .. } | Fact::Rename { .. } => return None,
    };
    Some(ChannelEvent {
        position: event.position,
        id: event.id,
        channel: event.channel,
        kind,
    })
}
