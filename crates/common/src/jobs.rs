//! Work that nobody waits for: periodic repairs, relays, watchers. A job takes no input, may run at
//! any time and twice, and is restarted when it panics.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::telemetry;

type Period = Box<dyn Fn() -> Duration + Send + Sync>;
type Run = Box<
    dyn Fn(CancellationToken) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>>
        + Send
        + Sync,
>;

/// A named piece of background work.
pub struct Job {
    name: &'static str,
    /// The longest pause between two runs; a wake-up shortens it.
    period: Period,
    wake: Arc<Notify>,
    run: Run,
}

impl Job {
    /// Work that runs at start and then once a `period`.
    pub fn every<F, Fut>(name: &'static str, period: Duration, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        Self::paced(name, move || period, Arc::new(Notify::new()), run)
    }

    /// As [`Job::every`], over what the work is done with: a line of a table of jobs.
    pub fn over<A, F, Fut>(app: &Arc<A>, name: &'static str, period: Duration, run: F) -> Self
    where
        A: Send + Sync + 'static,
        F: Fn(Arc<A>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        let app = Arc::clone(app);
        Self::every(name, period, move || run(Arc::clone(&app)))
    }

    /// Done at once when `wake` is notified.
    #[must_use]
    pub fn woken_by(self, wake: &Arc<Notify>) -> Self {
        Self {
            wake: Arc::clone(wake),
            ..self
        }
    }

    /// As [`Job::every`], at once when `wake` is notified, with a period that is asked for after each
    /// run.
    pub fn paced<P, F, Fut>(name: &'static str, period: P, wake: Arc<Notify>, run: F) -> Self
    where
        P: Fn() -> Duration + Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        Self {
            name,
            period: Box::new(period),
            wake,
            run: Box::new(move |_| Box::pin(run())),
        }
    }

    /// Work that goes on until the stop that it is given is requested, such as a loop that keeps
    /// state in memory. When it ends before, it begins anew after a second.
    pub fn until_stopped<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: Fn(CancellationToken) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        Self {
            name,
            period: Box::new(|| Duration::from_secs(1)),
            wake: Arc::new(Notify::new()),
            run: Box::new(move |stop| Box::pin(run(stop))),
        }
    }

    async fn work(self, stop: CancellationToken) {
        loop {
            // Outermost in every line that the run writes, whatever the level of the log.
            let span = tracing::error_span!("job", name = self.name);
            let outcome = std::panic::AssertUnwindSafe((self.run)(stop.clone()))
                .catch_unwind()
                .instrument(span)
                .await;
            let failed = match outcome {
                Ok(Ok(())) => false,
                Ok(Err(fault)) => {
                    tracing::warn!(job = self.name, error = %fault, source = ?fault, "job failed");
                    true
                }
                Err(_) => {
                    tracing::error!(job = self.name, "job panicked");
                    true
                }
            };
            metrics::counter!("latchkey_job_runs_total", "job" => self.name,
                "outcome" => if failed { "failed" } else { "done" })
            .increment(1);
            if !failed {
                let now = Clock::default().now().seconds();
                metrics::gauge!("latchkey_job_last_success_seconds", "job" => self.name)
                    .set(telemetry::count(now));
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep((self.period)()) => {}
                () = self.wake.notified() => {}
            }
        }
    }
}

/// Runs jobs until it is told to stop, or is gone.
pub struct Supervisor {
    stop: DropGuard,
    running: Vec<tokio::task::JoinHandle<()>>,
}

impl Supervisor {
    /// Starts every job on the current runtime.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that spawns: it keeps the handle"
    )]
    pub fn start(jobs: Vec<Job>) -> Self {
        let stop = CancellationToken::new();
        let running = jobs
            .into_iter()
            .map(|job| tokio::spawn(job.work(stop.clone())))
            .collect();
        Self {
            stop: stop.drop_guard(),
            running,
        }
    }

    /// Asks every job to stop and waits until the runs under way have ended.
    pub async fn stop(self) {
        drop(self.stop);
        for job in self.running {
            drop(job.await);
        }
    }
}
