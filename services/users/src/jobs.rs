//! The periodic work of this service. The retention table stands in the README.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;

use crate::app::{App, purge};

/// How often sessions are looked for that ended while nobody was left to tell of it.
const REPORT_PERIOD: Duration = Duration::from_millis(500);

/// All jobs.
pub(crate) fn jobs(app: &Arc<App>) -> Vec<Job> {
    vec![
        app.feed.job(),
        report_ended_sessions(app),
        purge_sessions(app),
        purge_login_failures(app),
        purge_events(app),
    ]
}

/// Ready is who reaches the database.
pub(crate) fn readiness(app: &Arc<App>) -> ReadyCheck {
    let app = Arc::clone(app);
    ReadyCheck::new("users database", move || {
        let app = Arc::clone(&app);
        async move { app.db.ping().await }
    })
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
