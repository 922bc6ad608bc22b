//! Which units of work a call makes of itself. A lane runs a unit inside the span of its request.

use std::sync::{Mutex, Once};
use std::thread;

use tracing::span::Id;
use tracing::{Instrument as _, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The span around what is counted.
const COUNTED: &str = "counted";

/// The lane of each unit, and the span around it.
static UNITS: Mutex<Vec<(Id, String)>> = Mutex::new(Vec::new());

struct Lanes;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lanes {
    fn on_enter(&self, id: &Id, spans: Context<'_, S>) {
        let root = spans.span_scope(id).into_iter().flatten().last();
        let root = root.filter(|root| root.name() == COUNTED);
        let here = thread::current();
        let lane = here.name().and_then(|it| it.strip_prefix("invitations-"));
        if let (Some(root), Some(lane)) = (root, lane) {
            UNITS.lock().unwrap().push((root.id(), lane.to_owned()));
        }
    }
}

/// What `work` answers, and the lanes that it went to, in order.
pub(crate) async fn counted<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    static LANES: Once = Once::new();
    LANES.call_once(|| registry().with(Lanes).init());
    let span = tracing::error_span!(COUNTED);
    let answer = work.instrument(span.clone()).await;
    let id = span.id().unwrap();
    let mut units = UNITS.lock().unwrap();
    let lanes = units.extract_if(.., |(root, _)| *root == id);
    let lanes = lanes.map(|(_, lane)| lane).collect();
    (answer, lanes)
}
