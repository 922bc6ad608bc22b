//! Health and metrics, on the internal listener.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use actix_web::http::header::{CONTENT_TYPE, ContentType, HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use futures_util::future::join_all;
use metrics_exporter_prometheus::PrometheusHandle;

use super::edge::Edge;
use super::internal::{Anybody, InternalRoute};
use super::{AliveCheck, ReadyCheck};
use crate::jobs::Job;

/// How long one check may take: gateways give up soon after.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often histograms are tidied where nobody fetches them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Names the process that answers, so that whoever asks at two addresses knows whether it is the same one.
pub const PROCESS: &str = "x-latchkey-process";

/// The name of this process, another one at every start.
pub fn process_id() -> &'static str {
    static ID: LazyLock<String> = LazyLock::new(|| uuid::Uuid::new_v4().simple().to_string());
    &ID
}

#[derive(Clone)]
pub(super) struct Health {
    pub(super) edge: Edge,
    pub(super) checks: Arc<[ReadyCheck]>,
    pub(super) alive: Arc<[AliveCheck]>,
    pub(super) metrics: PrometheusHandle,
}

pub(super) fn routes(health: Health) -> [InternalRoute; 3] {
    let health = web::Data::new(health);
    [
        InternalRoute::open("/healthz/live", live),
        InternalRoute::open("/healthz/ready", ready),
        InternalRoute::open("/metrics", metrics),
    ]
    .map(|route| route.with(health.clone()))
}

/// Keeps histograms small where nobody fetches the metrics.
pub(super) fn upkeep_job(metrics: PrometheusHandle) -> Job {
    Job::every("metrics-upkeep", UPKEEP, move || {
        metrics.run_upkeep();
        std::future::ready(Ok(()))
    })
}

/// The process runs, and nothing in it is stuck for good. Asks nobody outside, because a restart cures
/// no database.
async fn live(_: Anybody, health: web::Data<Health>) -> HttpResponse {
    let complaint = |check: &AliveCheck| {
        let complaint = (check.complaint)()?;
        Some(format!("{}: {complaint}", check.name))
    };
    let complaints: Vec<String> = health.alive.iter().filter_map(complaint).collect();
    if !complaints.is_empty() {
        return HttpResponse::ServiceUnavailable()
            .content_type(ContentType::plaintext())
            .body(format!("not live\n{}\n", complaints.join("\n")));
    }
    HttpResponse::Ok()
        .content_type(ContentType::plaintext())
        .body("live\n")
}

/// Requests may come. If not: which checks fail, in words.
async fn ready(_: Anybody, health: web::Data<Health>) -> HttpResponse {
    let mut answer = readiness(&health).await;
    if let Ok(id) = HeaderValue::from_str(process_id()) {
        answer
            .headers_mut()
            .insert(HeaderName::from_static(PROCESS), id);
    }
    answer
}

async fn readiness(health: &Health) -> HttpResponse {
    if health.edge.is_draining() {
        return HttpResponse::ServiceUnavailable()
            .content_type(ContentType::plaintext())
            .body("not ready\nthe server is stopping\n");
    }
    let failed = join_all(health.checks.iter().map(failure)).await;
    let failed: Vec<String> = failed.into_iter().flatten().collect();
    if failed.is_empty() {
        return HttpResponse::Ok()
            .content_type(ContentType::plaintext())
            .body("ready\n");
    }
    HttpResponse::ServiceUnavailable()
        .content_type(ContentType::plaintext())
        .body(format!("not ready\n{}\n", failed.join("\n")))
}

async fn failure(check: &ReadyCheck) -> Option<String> {
    let name = &check.name;
    match tokio::time::timeout(PATIENCE, (check.check)()).await {
        Ok(Ok(())) => None,
        Ok(Err(fault)) => {
            tracing::warn!(check = %name, source = ?fault, "not ready");
            Some(format!("{name}: {fault}"))
        }
        Err(_) => Some(format!("{name}: no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn metrics(_: Anybody, health: web::Data<Health>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(health.metrics.render())
}
