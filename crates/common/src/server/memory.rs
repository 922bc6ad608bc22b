//! Memory that a rush has left behind goes back to the system.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::spawn_blocking;

use crate::fault::Fault;
use crate::jobs::Job;

/// How often it is looked for.
const PERIOD: Duration = Duration::from_secs(1);

/// Bytes above the least that the process had: less is not worth the milliseconds.
const WORTH: usize = 8 * 1024 * 1024;

/// Where little came of it, because what the process has is in use, it is left in peace for so many
/// times as long as that took: a hundredth of the time at most goes there.
const PEACE: u32 = 100;

/// But for no longer than this, however long it took on a busy machine: whatever a rush has left behind is given
/// back soon after its end.
const LONGEST_PEACE: Duration = Duration::from_secs(5);

/// What the process had at least, and until when it is left in peace.
struct Known {
    least: usize,
    peace: Option<Instant>,
}

/// Gives memory back when the process has grown.
pub(super) fn give_back_job() -> Job {
    let known = Arc::new(Mutex::new(Known {
        least: usize::MAX,
        peace: None,
    }));
    Job::every("give-back-memory", PERIOD, move || {
        let known = Arc::clone(&known);
        async move {
            let done = spawn_blocking(move || look(&mut known.lock()));
            done.await.map_err(Fault::internal)
        }
    })
}

fn look(known: &mut Known) {
    let Some(before) = resident() else { return };
    known.least = known.least.min(before);
    let has_peace = known.peace.is_some_and(|until| Instant::now() < until);
    if has_peace || before < known.least.saturating_add(WORTH) {
        return;
    }
    let began = Instant::now();
    latchkey_allocator::give_back();
    let took = began.elapsed();
    let now = resident().unwrap_or(before);
    known.least = known.least.min(now);
    let came_of_it = before.saturating_sub(now);
    known.peace = (came_of_it < WORTH).then(|| Instant::now() + (took * PEACE).min(LONGEST_PEACE));
    tracing::debug!(before, now, "memory was given back");
}

/// Bytes that the process has in memory; `None` where the system does not say (proc(5), `statm`).
fn resident() -> Option<usize> {
    let counts = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = counts.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size())
}
