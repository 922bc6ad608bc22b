//! What the request that is being handled passes on to the calls that it makes: its id, its trace, and
//! how long its client waits. Jobs have none of it: each of their calls begins a trace of its own.

use std::future::Future;
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// Milliseconds that the caller still waits. Relative, because clocks of two machines differ.
pub const DEADLINE: HeaderName = HeaderName::from_static("x-latchkey-deadline-ms");
/// The id of the request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The client's address as the log shows it. Read from our own services alone.
pub const CLIENT: HeaderName = HeaderName::from_static("x-latchkey-client");
/// W3C trace context.
pub const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

tokio::task_local! {
    static CONTEXT: Context;
}

/// What one request passes on.
#[derive(Debug, Clone)]
pub struct Context {
    /// `X-Request-Id`.
    pub request_id: String,
    /// Which trace it belongs to.
    pub trace: Trace,
    /// When its client stops waiting.
    pub deadline: Instant,
    /// From where its client calls, as far as the log shows it.
    pub client: Option<String>,
}

impl Context {
    /// For work that no request asked for.
    pub fn of_a_job(patience: Duration) -> Self {
        let id = Uuid::new_v4().simple().to_string();
        Self {
            trace: Trace::begun(&id),
            request_id: id,
            deadline: Instant::now() + patience,
            client: None,
        }
    }
}

/// The context of the request that is being handled here.
pub fn current() -> Option<Context> {
    CONTEXT.try_with(Clone::clone).ok()
}

/// Runs `work` for the request of `context`.
pub async fn within<F: Future>(context: Context, work: F) -> F::Output {
    CONTEXT.scope(context, work).await
}

/// Runs `work`, which waits for nothing, for the request of `context`.
pub fn during<T>(context: Context, work: impl FnOnce() -> T) -> T {
    CONTEXT.sync_scope(context, work)
}

/// How long the one who sent these headers says that it waits.
pub fn patience(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(DEADLINE)?.to_str().ok()?;
    text.parse().ok().map(Duration::from_millis)
}

/// From where the client calls for whom the one who sent these headers asks: an address or a network.
pub fn client(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CLIENT)?.to_str().ok()?;
    let is_part = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'/');
    let is_one = (1..=LONGEST_CLIENT).contains(&text.len()) && text.bytes().all(is_part);
    is_one.then(|| text.to_owned())
}

/// Characters of an IPv6 network, and some.
const LONGEST_CLIENT: usize = 48;

/// A place in a trace: the trace's id and its flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    id: String,
    flags: String,
}

impl Trace {
    /// The trace of a `traceparent`, if that is one: version, 32 hexadecimal digits, 16, and flags.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut parts = headers.get(TRACE_PARENT)?.to_str().ok()?.split('-');
        let (version, id) = (parts.next()?, parts.next()?);
        let (parent, flags) = (parts.next()?, parts.next()?);
        let is_whole = is_hex(version, 2)
            && is_id(id, 32)
            && is_id(parent, 16)
            && is_hex(flags, 2)
            && (version != "00" || parts.next().is_none());
        (is_whole && version != "ff").then(|| Self {
            id: id.to_owned(),
            flags: flags.to_owned(),
        })
    }

    /// A trace that begins here: it has the request's own id where that can be one.
    pub fn begun(request_id: &str) -> Self {
        let id = if is_id(request_id, 32) {
            request_id.to_owned()
        } else {
            Uuid::new_v4().simple().to_string()
        };
        Self {
            id,
            flags: "00".to_owned(),
        }
    }

    /// The trace's id: 32 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The header for a call that this request makes; each call is a parent of its own.
    pub fn header(&self) -> Option<HeaderValue> {
        let parent = Uuid::new_v4().simple().to_string();
        let parent = parent.get(..16)?;
        HeaderValue::from_str(&format!("00-{}-{parent}-{}", self.id, self.flags)).ok()
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// An id of zeros is none.
fn is_id(text: &str, length: usize) -> bool {
    is_hex(text, length) && text.bytes().any(|b| b != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Trace> {
        let mut map = HeaderMap::new();
        map.insert(TRACE_PARENT, HeaderValue::from_str(text).unwrap());
        Trace::of(&map)
    }

    #[test]
    fn traces_are_read_strictly_and_passed_on() {
        let trace = of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap();
        assert_eq!(trace.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let passed = trace.header().unwrap();
        let passed = of(passed.to_str().unwrap()).unwrap();
        assert_eq!(passed, trace);
        for bad in [
            "00",
            "00-xyz-1-1",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_trace_begins_with_the_id_of_the_request_if_it_can() {
        let id = Uuid::new_v4().simple().to_string();
        assert_eq!(Trace::begun(&id).id(), id);
        assert_eq!(Trace::begun("mine").id().len(), 32);
    }
}
