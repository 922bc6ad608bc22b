//! Work that nobody waits for. The retention table stands in the README.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::db::kept_answers;
use latchkey_common::jobs::Job;

use crate::app::App;
use crate::app::end_memberships::end_memberships;
use crate::app::forget::forget_departed;
use crate::app::purge::purge;
use crate::app::watch_sessions::watch_sessions;
use crate::live;

/// How often the sessions of streams are asked about.
const WATCH: Duration = Duration::from_secs(1);

/// How often it is written down whose membership has ended. It ends without this; their stream hears of it by it.
const END: Duration = Duration::from_secs(1);

/// How often it is asked who has deleted the account.
const FORGET: Duration = Duration::from_secs(1);

/// All jobs. `is_told` says that the users service tells of ended sessions by itself.
pub(crate) fn jobs(app: &Arc<App>, is_told: bool) -> Vec<Job> {
    let live = Arc::clone(&app.live);
    let mut jobs = app.feed.jobs();
    jobs.extend([
        Job::until_stopped("dispatch-live-events", move |stop| {
            live::dispatch(Arc::clone(&live), stop)
        }),
        Job::over(app, "end-channel-memberships", END, |app| async move {
            end_memberships(&app).await
        }),
        Job::over(app, "forget-departed", FORGET, |app| async move {
            forget_departed(&app).await
        }),
        Job::over(
            app,
            "purge-channel-events",
            app.settings.purge_period(),
            |app| async move { purge(&app).await },
        ),
        Job::over(
            app,
            "purge-kept-answers",
            app.settings.purge_period(),
            |app| async move { kept_answers::purge(&app.db).await },
        ),
    ]);
    if !is_told {
        jobs.push(Job::over(
            app,
            "watch-sessions-of-streams",
            WATCH,
            |app| async move { watch_sessions(&app).await },
        ));
    }
    jobs
}
