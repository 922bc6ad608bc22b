//! The work that nobody waits for, and what readiness asks. Discord itself is no part of readiness:
//! without it links can be read, and no restart brings it back.

use std::sync::Arc;

use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;
use latchkey_common::telemetry;

use crate::app::App;
use crate::app::measure::measure;
use crate::app::settle::{forget_attempts, settle_left_over};

/// Every job of this service.
pub(crate) fn all(app: &Arc<App>) -> Vec<Job> {
    let (settling, forgetting) = (Arc::clone(app), Arc::clone(app));
    let measuring = Arc::clone(app);
    vec![
        Job::every(
            "settle-discord-links",
            app.settings.settle_period(),
            move || {
                let app = Arc::clone(&settling);
                async move { settle_left_over(&app).await }
            },
        ),
        Job::every(
            "forget-discord-attempts",
            app.settings.purge_period(),
            move || {
                let app = Arc::clone(&forgetting);
                async move { forget_attempts(&app).await }
            },
        ),
        Job::every("measure-discord-links", telemetry::MEASURE, move || {
            let app = Arc::clone(&measuring);
            async move { measure(&app).await }
        }),
    ]
}

/// The database answers.
pub(crate) fn readiness(app: &Arc<App>) -> ReadyCheck {
    let app = Arc::clone(app);
    ReadyCheck::new("discord database", move || {
        let app = Arc::clone(&app);
        async move { app.db.ping().await }
    })
}
