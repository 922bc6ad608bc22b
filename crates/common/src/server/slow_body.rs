//! A body that stops arriving does not hold its request: whoever reads it finds it cut off after a
//! while and refuses it as bad input in the contract's own words. The server's own limit, which is
//! there for its own faults, is longer and answers 503.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::{HttpMessage as _, rt};
use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, sleep, timeout_at};

/// Longer than the answer takes from then on. The framework reads on in a chunked body that nobody
/// holds any more, for as long as the client keeps it waiting; while somebody holds it, it closes
/// the connection after the answer.
const HELD: Duration = Duration::from_secs(5);

/// Gives the body `limit` to arrive, all of it.
pub(super) fn bound(req: &mut ServiceRequest, limit: Duration) {
    let body = req.take_payload();
    if matches!(body, Payload::None) {
        return;
    }
    let end = Instant::now() + limit;
    let bounded = stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match timeout_at(end, body.next()).await {
            Ok(chunk) => chunk.map(|chunk| (chunk, Some(body))),
            Err(_elapsed) => {
                hold(body);
                let late = Error::new(ErrorKind::TimedOut, "the body stopped arriving");
                Some((Err(PayloadError::Io(late)), None))
            }
        }
    });
    req.set_payload(Payload::Stream {
        payload: bounded.boxed_local(),
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "it only waits; should it die early, the connection closes later"
)]
fn hold(body: Payload) {
    rt::spawn(async move {
        sleep(HELD).await;
        drop(body);
    });
}
