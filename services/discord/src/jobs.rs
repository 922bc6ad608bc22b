//! The work that nobody waits for. Discord itself is no part of readiness: without it links can be
//! read, and no restart brings it back.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::audit;
use latchkey_common::jobs::Job;
use latchkey_common::telemetry::MEASURE;

use crate::app::App;
use crate::app::forget::forget_departed;
use crate::app::measure::measure;
use crate::app::settle::{forget_attempts, settle_left_over};
use crate::app::tell::tell_of_links;

/// How often it is asked who has deleted the account, and told who has which link.
const FORGET: Duration = Duration::from_secs(1);

/// All jobs.
pub(crate) fn jobs(app: &Arc<App>) -> Vec<Job> {
    let (settling, forgetting) = (app.settings.settle_period(), app.settings.purge_period());
    vec![
        Job::over(app, "settle-discord-links", settling, |app| async move {
            settle_left_over(&app).await
        }),
        Job::over(
            app,
            "forget-discord-attempts",
            forgetting,
            |app| async move { forget_attempts(&app).await },
        ),
        Job::over(app, "tell-of-links", FORGET, |app| async move {
            tell_of_links(&app).await
        }),
        Job::over(app, "forget-departed", FORGET, |app| async move {
            forget_departed(&app).await
        }),
        Job::over(app, "purge-audit", forgetting, |app| async move {
            audit::purge(&app.db, app.audit_life).await
        }),
        Job::over(app, "measure-discord-links", MEASURE, |app| async move {
            measure(&app).await
        }),
    ]
}
