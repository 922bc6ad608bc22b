//! Many at once, and waiting for a condition.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

/// Starts `n` futures, every one before the first is waited for, and answers their results in the
/// order of their numbers.
pub async fn race<T, F>(n: usize, start: impl FnMut(usize) -> F) -> Vec<T>
where
    F: Future<Output = T>,
{
    join_all((0..n).map(start)).await
}

/// How often [`eventually`] looks.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until `probe` answers something. `within` is the promise under test: beyond it, and never
/// before, the test fails with `what` was not seen.
pub async fn eventually<T, F>(within: Duration, what: &str, mut probe: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let begun = Instant::now();
    loop {
        // Read before the probe: a probe that began in time may answer late.
        let last = begun.elapsed() > within;
        if let Some(seen) = probe().await {
            return seen;
        }
        assert!(!last, "not within {within:?}: {what}");
        tokio::time::sleep(LOOK).await;
    }
}
