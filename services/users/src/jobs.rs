//! The periodic work of this service. The retention table stands in the README.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;

use crate::app::key::signing_keys;
use crate::app::{App, purge};

/// How often sessions are looked for that ended while nobody was left to tell of it.
const REPORT_PERIOD: Duration = Duration::from_millis(500);

/// All jobs.
pub(crate) fn jobs(app: &Arc<App>) -> Vec<Job> {
    let mut jobs = app.feed.jobs();
    jobs.extend([
        report_ended_sessions(app),
        purge_sessions(app),
        purge_login_failures(app),
        purge_events(app),
        keep_signing_keys(app),
    ]);
    jobs
}

/// The database answers, and the master key is the one that sealed what lies in it.
pub(crate) fn readiness(app: &Arc<App>) -> Vec<ReadyCheck> {
    let (database, key) = (Arc::clone(app), Arc::clone(app));
    vec![
        ReadyCheck::new("users database", move || {
            let app = Arc::clone(&database);
            async move { app.db.ping().await }
        }),
        ReadyCheck::new("signing key", move || {
            let app = Arc::clone(&key);
            async move { signing_keys::check_signing_key(&app).await }
        }),
    ]
}

fn report_ended_sessions(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every("report-ended-sessions", REPORT_PERIOD, move || {
        let app = Arc::clone(&app);
        async move { app.report_overdue_sessions().await }
    })
}

fn purge_sessions(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every("purge-sessions", app.settings.purge_period(), move || {
        let app = Arc::clone(&app);
        async move { purge::purge_sessions(&app).await }
    })
}

fn purge_login_failures(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every(
        "purge-login-failures",
        app.settings.purge_period(),
        move || {
            let app = Arc::clone(&app);
            async move { purge::purge_login_failures(&app).await }
        },
    )
}

fn purge_events(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every(
        "purge-user-events",
        app.settings.purge_period(),
        move || {
            let app = Arc::clone(&app);
            async move { purge::purge_events(&app).await }
        },
    )
}

/// Makes the first key at the first start.
fn keep_signing_keys(app: &Arc<App>) -> Job {
    let app = Arc::clone(app);
    Job::every(
        "keep-signing-keys",
        app.settings.purge_period(),
        move || {
            let app = Arc::clone(&app);
            async move {
                signing_keys::ensure_signing_key(&app).await?;
                signing_keys::purge_signing_keys(&app).await
            }
        },
    )
}
