//! Work that nobody waits for. The retention table stands in the README.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;

use crate::app::App;
use crate::app::purge::purge;
use crate::app::watch_sessions::watch_sessions;
use crate::live;

/// How often the sessions of streams are asked about.
const WATCH: Duration = Duration::from_secs(1);

/// All jobs. `is_told` says that the users service tells of ended sessions by itself.
pub(crate) fn jobs(app: &Arc<App>, is_told: bool) -> Vec<Job> {
    let mut jobs = app.feed.jobs();
    jobs.extend([dispatch(app), purge_events(app)]);
    if !is_told {
        jobs.push(watch(app));
    }
    jobs
}

/// Ready is who reaches the database.
pub(crate) fn readiness(app: &Arc<App>) -> ReadyCheck {
    let app = Arc::clone(app);
    ReadyCheck::new("channels database", move || {
        let app = Arc::clone(&app);
        async move { app.db.ping().await }
    })
}

fn dispatch(app: &Arc<App>) -> Job {
    let live = Arc::clone(&app.live);
    Job::until_stopped("dispatch-live-events", move |stop| {
        live::dispatch(Arc::clone(&live), stop)
    })
}

fn purge_events(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every(
        "purge-channel-events",
        app.settings.purge_period(),
        move || {
            let app = Arc::clone(&app);
            async move { purge(&app).await }
        },
    )
}

fn watch(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every("watch-sessions-of-streams", WATCH, move || {
        let app = Arc::clone(&app);
        async move { watch_sessions(&app).await }
    })
}
