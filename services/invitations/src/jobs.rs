//! The work that nobody waits for, and what readiness asks.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::audit;
use latchkey_common::db::kept_answers;
use latchkey_common::jobs::Job;
use latchkey_common::server::ReadyCheck;
use latchkey_common::telemetry::MEASURE;

use crate::app::App;
use crate::app::departed::forget::forget_departed;
use crate::app::engine::check_master_key::check_master_key;
use crate::app::engine::expire::expire;
use crate::app::engine::follow_feeds::follow_feeds;
use crate::app::engine::measure::measure;
use crate::app::engine::settle::settle_due;
use crate::app::event::purge::purge_events;
use crate::app::group::end_memberships::end_memberships;
use crate::app::join_request::forget::forget_applications;
use crate::app::namespace::end_collaborations::end_collaborations;

/// How often the feeds are read, and it is asked who has deleted the account. Lists do not wait for it: they ask channels.
const FEEDS: Duration = Duration::from_secs(1);
/// How often what has run out of time gets its final state. Guards compare the time themselves.
const EXPIRY: Duration = Duration::from_mins(1);

/// How often those are taken out of groups and namespaces whose time has passed. Guards compare the time themselves.
const MEMBERSHIPS: Duration = Duration::from_mins(1);

/// How often answers that nobody asks for again any more are forgotten, and what people have said of themselves.
const PURGE: Duration = Duration::from_hours(1);

/// All jobs.
pub(crate) fn jobs(app: &Arc<App>) -> Vec<Job> {
    let settling = app.settings.settle_period();
    let mut jobs = app.feed.jobs();
    jobs.extend([
        Job::over(app, "settle-uses", settling, |app| async move {
            settle_due(&app).await
        })
        .woken_by(&app.to_settle),
        Job::over(app, "end-groundless-invitations", FEEDS, |app| async move {
            follow_feeds(&app).await
        }),
        Job::over(app, "forget-departed", FEEDS, |app| async move {
            forget_departed(&app).await
        }),
        Job::over(app, "expire-invitations", EXPIRY, |app| async move {
            expire(&app).await
        }),
        Job::over(app, "end-memberships", MEMBERSHIPS, |app| async move {
            end_memberships(&app).await?;
            end_collaborations(&app).await
        }),
        Job::over(app, "purge-kept-answers", PURGE, |app| async move {
            kept_answers::purge(&app.db).await
        }),
        Job::over(app, "forget-applications", PURGE, |app| async move {
            forget_applications(&app).await
        }),
        Job::over(app, "purge-audit", PURGE, |app| async move {
            audit::purge(&app.db, app.audit_life).await
        }),
        Job::over(app, "purge-invitation-events", PURGE, |app| async move {
            purge_events(&app).await
        }),
        Job::over(app, "measure-uses", MEASURE, |app| async move {
            measure(&app).await
        }),
    ]);
    jobs
}

/// The master key is the one that sealed what lies in the database.
pub(crate) fn readiness(app: &Arc<App>) -> Vec<ReadyCheck> {
    vec![ReadyCheck::over(app, "master key", |app| async move {
        check_master_key(&app.db, &app.master_key).await
    })]
}
