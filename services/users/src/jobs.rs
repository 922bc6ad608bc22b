//! The periodic work of this service. The retention table stands in the README.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::audit;
use latchkey_common::db::kept_answers;
use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;

use crate::app::key::signing_keys;
use crate::app::{App, purge};

/// How often sessions are looked for that ended while nobody was left to tell of it.
const REPORT_PERIOD: Duration = Duration::from_millis(500);

/// All jobs.
pub(crate) fn jobs(app: &Arc<App>) -> Vec<Job> {
    let period = app.settings.purge_period();
    let mut jobs = app.feed.jobs();
    jobs.extend([
        Job::over(
            app,
            "report-ended-sessions",
            REPORT_PERIOD,
            |app| async move { app.report_overdue_sessions().await },
        ),
        Job::over(app, "purge-sessions", period, |app| async move {
            purge::purge_sessions(&app).await
        }),
        Job::over(app, "purge-api-tokens", period, |app| async move {
            purge::purge_api_tokens(&app).await
        }),
        Job::over(app, "purge-login-failures", period, |app| async move {
            purge::purge_login_failures(&app).await
        }),
        Job::over(app, "purge-reset-links", period, |app| async move {
            purge::purge_reset_links(&app).await
        }),
        Job::over(app, "purge-user-events", period, |app| async move {
            purge::purge_events(&app).await
        }),
        Job::over(app, "purge-kept-answers", period, |app| async move {
            kept_answers::purge(&app.db).await
        }),
        Job::over(app, "purge-audit", period, |app| async move {
            audit::purge(&app.db, app.audit_life).await
        }),
        // Makes the first key at the first start.
        Job::over(app, "keep-signing-keys", period, |app| async move {
            signing_keys::ensure_signing_key(&app).await?;
            signing_keys::purge_signing_keys(&app).await
        }),
    ]);
    jobs
}

/// The master key is the one that sealed what lies in the database.
pub(crate) fn readiness(app: &Arc<App>) -> Vec<ReadyCheck> {
    vec![ReadyCheck::over(app, "signing key", |app| async move {
        signing_keys::check_signing_key(&app).await
    })]
}
