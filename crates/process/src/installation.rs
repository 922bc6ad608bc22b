//! A service as part of an installation whose other databases it cannot see: it learns of them from the
//! calls that it makes and answers.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::config::Settings;
use latchkey_common::db::Db;
use latchkey_common::installation::new_id;
use latchkey_common::jobs::Job;
use latchkey_common::rpc::{Acquaintance, PeerClient};
use latchkey_common::server::{Parts, ReadyCheck};

use crate::output::Trouble;
use crate::service::Service;

/// How often is kept what was given out here and heard of others.
const KEEPING: Duration = Duration::from_secs(2);

/// How often those that are asked are met, which also finds out a mix where nobody asks for anything.
const MEETING: Duration = Duration::from_secs(5);

/// Lets the service that asks nobody begin an installation in its database, where that belongs to none.
/// The others join it when they first ask, or are asked.
pub(crate) fn found(service: &Service, settings: &Settings) -> Result<(), Trouble> {
    if !service.plan.asks().is_empty() {
        return Ok(());
    }
    let db = settings.db_settings(service.name())?;
    if Db::look_at_installation(&db, service.refers)?.id.is_none() {
        Db::join_installation(&db, &new_id())?;
    }
    Ok(())
}

/// Lets `acquaintance` speak for the database, which is open.
pub(crate) fn begin(
    acquaintance: &Acquaintance,
    service: &Service,
    settings: &Settings,
    db: &Db,
) -> Result<(), Trouble> {
    found(service, settings)?;
    let look = Db::look_at_installation(&settings.db_settings(service.name())?, service.refers)?;
    Ok(acquaintance.speak_for(db, look)?)
}

/// Keeps it a last time. A database that is down keeps nobody from stopping.
pub(crate) async fn keep_last(acquaintance: &Acquaintance) {
    match tokio::time::timeout(KEEPING, acquaintance.keep()).await {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => tracing::warn!(%fault, "the last numbers were not kept"),
        Err(_) => tracing::warn!("the last numbers were not kept in time"),
    }
}

/// Keeps what is learnt, and lets readiness tell of a mix.
pub(crate) fn look_after(acquaintance: &Arc<Acquaintance>, peers: Vec<PeerClient>) -> Parts {
    let mut parts = Parts::default();
    let keep = |own: Arc<Acquaintance>| async move { own.keep().await };
    parts
        .jobs
        .push(Job::over(acquaintance, "keep-numbers", KEEPING, keep));
    let peers = Arc::new(peers);
    let meet = |peers: Arc<Vec<PeerClient>>| async move {
        for peer in peers.iter() {
            peer.meet().await;
        }
        Ok(())
    };
    parts
        .jobs
        .push(Job::over(&peers, "meet-peers", MEETING, meet));
    parts.ready.push(ReadyCheck::over(
        acquaintance,
        "installation",
        |own: Arc<Acquaintance>| async move { own.is_whole() },
    ));
    parts
}
