//! Opening a live stream.

use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_common::server::HangUp;

use super::App;
use crate::live::{LiveStream, Renderer, Start};
use crate::store::outbox;

/// The stream of a caller in the words of one contract, from the last event that the client has seen
/// (`Last-Event-ID`, as it was sent) or from now on. What cannot be continued begins with a `resync`.
/// When the stream is ended, `hang_up` is said too.
pub(crate) async fn open_stream(
    app: &App,
    caller: &Caller,
    renderer: Renderer,
    last_seen: Option<&str>,
    hang_up: HangUp,
) -> Result<LiveStream, Fault> {
    app.feed.catch_up().await?;
    let kept = app.db.look(outbox::kept).await?;
    let start = match last_seen.filter(|text| !text.is_empty()) {
        None => Start::After(kept.head),
        Some(text) => match text.parse() {
            Ok(position) if kept.continues(position) => Start::After(position),
            _ => Start::Resync(kept.head),
        },
    };
    let place = app
        .live
        .open(caller.user, caller.session, renderer, hang_up)
        .ok_or_else(|| Fault::overloaded("live streams"))?;
    // A session that ended before the stream was entered has told nobody. It is asked for after
    // that, so that one of the two ends the stream.
    if app
        .users
        .live_sessions(vec![caller.session])
        .await?
        .is_empty()
    {
        return Err(Fault::Unauthenticated);
    }
    Ok(LiveStream::new(place, start))
}
