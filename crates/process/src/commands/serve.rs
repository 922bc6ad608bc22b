//! `serve`.

use std::sync::Arc;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::jobs::Job;
use latchkey_common::rpc::Acquaintance;
use latchkey_common::server::{Edge, Listeners, run, stop_signal};
use latchkey_common::telemetry;
use latchkey_peers::plan;

use crate::database::{Use, look_after, open};
use crate::identity;
use crate::installation;
use crate::output::{Trouble, announce, complain, heard};
use crate::service::{Greeting, Service, Setup};

/// Serves until SIGTERM or Ctrl-C. Answers an error when the start fails, or a listener does.
pub(crate) async fn serve(service: &Service, settings: &Settings) -> Result<(), Trouble> {
    telemetry::init_logs(&settings.log()?)?;
    // Before anything is counted: metrics without a recorder are lost.
    telemetry::metrics()?;
    let clock = Clock::default();
    let edge = Edge::new(settings.edge()?, clock.clone());
    identity::public_url(edge.settings())?;
    let acquaintance = Arc::new(Acquaintance::new(service.name()));
    let gate = identity::gate(service.plan, settings, &clock)?.knowing(Arc::clone(&acquaintance));
    if let Some(exposed) = identity::exposed_key(settings)? {
        tracing::warn!("{exposed}");
    }
    let (peers, clients) = identity::peers(service.plan, settings, &clock, &acquaintance)?;
    let listeners = Listeners::open(&edge, None)?;
    let opened = open(settings, service, &clock, Use::Shared)?;
    installation::begin(&acquaintance, service, settings, &opened.db)?;
    let seals = service.plan.seals();
    let built = (service.build)(&Setup {
        settings,
        edge: &edge,
        db: opened.db.clone(),
        peers,
        master_key: seals.then(|| identity::master_key(settings)).transpose()?,
    })?;
    let mut parts = built.parts.and(look_after(vec![opened]));
    parts = parts.and(installation::look_after(&acquaintance, clients));
    let plan = service.plan;
    parts.jobs.extend(built.greeting.map(|it| greet(it, plan)));
    announce(&format!(
        "{} listens on {}, and for other services on {}",
        service.plan.binary(),
        listeners.public_address()?,
        listeners.internal_address()?
    ));
    complain_if_unheard(service.plan);
    // A signal that cannot be listened to is a reason to stop, not to run on unstoppably.
    run(listeners, parts, edge, Some(gate), async {
        drop(stop_signal().await);
    })
    .await?;
    installation::keep_last(&acquaintance).await;
    Ok(())
}

/// Says it once, as soon as it can be found out: those that it asks may start later.
fn greet(greeting: Greeting, plan: plan::Service) -> Job {
    let greeting = Arc::new(greeting);
    Job::until_stopped("greet-operator", move |stop| {
        let greeting = Arc::clone(&greeting);
        async move {
            for line in greeting.lines().await? {
                announce(&line);
            }
            complain_if_unheard(plan);
            stop.cancelled().await;
            Ok(())
        }
    })
}

/// A server runs on where nobody reads what it says.
fn complain_if_unheard(plan: plan::Service) {
    if let Err(trouble) = heard() {
        complain(&plan.binary(), &trouble);
    }
}
