//! `serve`.

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::server::{Edge, Listeners, run, stop_signal};
use latchkey_common::telemetry;

use crate::database::{Use, alive, look_after, open};
use crate::output::{Trouble, say};
use crate::start::{Start, public_url};
use crate::{Service, identity};

/// Serves until SIGTERM or Ctrl-C. Answers an error when the start fails, or a listener does.
pub(crate) async fn serve(service: &Service, settings: &Settings) -> Result<(), Trouble> {
    telemetry::init_logs(&settings.log()?)?;
    // Before anything is counted: metrics without a recorder are lost.
    telemetry::metrics()?;
    let clock = Clock::default();
    let edge = Edge::new(settings.edge()?, clock.clone());
    public_url(edge.settings())?;
    let gate = identity::gate(service, settings, &clock)?;
    if let Some(exposed) = identity::exposed_key(settings)? {
        tracing::warn!("{exposed}");
    }
    let key = identity::service_key(service, settings, &clock)?;
    let listeners = Listeners::open(&edge, None)?;
    let opened = open(
        settings,
        (service.name, service.migrations),
        &clock,
        Use::Shared,
    )?;
    let alive = alive(&opened.db);
    let mut parts = (service.build)(&Start {
        name: service.name,
        settings,
        edge: &edge,
        db: opened.db,
        key,
    })?;
    let (job, ready) = look_after(opened.lock.into_iter().collect());
    parts.jobs.push(job);
    parts.ready.push(ready);
    parts.alive.push(alive);
    say(&format!(
        "latchkey-{} listens on {}, and for other services on {}",
        service.name,
        listeners.public_address()?,
        listeners.internal_address()?
    ));
    // A signal that cannot be listened to is a reason to stop, not to run on unstoppably.
    run(listeners, parts, edge, Some(gate), async {
        drop(stop_signal().await);
    })
    .await?;
    Ok(())
}
