//! The work that nobody waits for, and what readiness asks.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;
use latchkey_common::telemetry;

use crate::app::App;
use crate::app::engine::check_master_key::check_master_key;
use crate::app::engine::expire::expire;
use crate::app::engine::follow_feeds::follow_feeds;
use crate::app::engine::measure::measure;
use crate::app::engine::settle::settle_due;

/// How often the feeds are read. Lists do not wait for it: they ask channels.
const FEEDS: Duration = Duration::from_secs(1);
/// How often what has run out of time gets its final state. Guards compare the time themselves.
const EXPIRY: Duration = Duration::from_mins(1);

/// Every job of this service.
pub(crate) fn all(app: &Arc<App>) -> Vec<Job> {
    let (settling, feeds, expiring) = (Arc::clone(app), Arc::clone(app), Arc::clone(app));
    let measuring = Arc::clone(app);
    vec![
        Job::woken(
            "settle-uses",
            app.settings.settle_period(),
            Arc::clone(&app.to_settle),
            move || {
                let app = Arc::clone(&settling);
                async move { settle_due(&app).await }
            },
        ),
        Job::every("end-groundless-invitations", FEEDS, move || {
            let app = Arc::clone(&feeds);
            async move { follow_feeds(&app).await }
        }),
        Job::every("expire-invitations", EXPIRY, move || {
            let app = Arc::clone(&expiring);
            async move { expire(&app).await }
        }),
        Job::every("measure-uses", telemetry::MEASURE, move || {
            let app = Arc::clone(&measuring);
            async move { measure(&app).await }
        }),
    ]
}

/// The database answers, and the master key is the one that sealed what lies in it.
pub(crate) fn readiness(app: &Arc<App>) -> Vec<ReadyCheck> {
    let (database, key) = (Arc::clone(app), Arc::clone(app));
    vec![
        ReadyCheck::new("invitations database", move || {
            let app = Arc::clone(&database);
            async move { app.db.ping().await }
        }),
        ReadyCheck::new("master key", move || {
            let app = Arc::clone(&key);
            async move { check_master_key(&app.db, &app.master_key).await }
        }),
    ]
}
