//! Putting the services together in one process. Each is built from what those before it in the plan
//! have made: whoever it asks is at hand in its local form.

use std::path::Path;

use latchkey_common::config::Settings;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::{Edge, EdgeSettings, Parts, Sitemap};
use latchkey_peers::plan;
use latchkey_process::database::{Opened, Use, look_after, open};
use latchkey_process::{Finding, Greeting, Peers, Service, Setup, Trouble};

use crate::data_folder;
use crate::writers;

/// All services, in the order of the plan.
pub(crate) const SERVICES: [Service; plan::Service::ALL.len()] = [
    latchkey_users::SERVICE,
    latchkey_channels::SERVICE,
    latchkey_invitations::SERVICE,
    latchkey_discord::SERVICE,
];

/// What each serves to everybody.
pub(crate) fn sitemaps() -> [(&'static str, Vec<Sitemap>); SERVICES.len()] {
    SERVICES.map(|service| (service.name(), (service.sitemaps)()))
}

/// The settings of this process.
pub(crate) fn settings(file: Option<&Path>) -> Result<Settings, Trouble> {
    let defaults = SERVICES.map(|service| service.defaults);
    Ok(Settings::of_process(&defaults, file)?)
}

/// True when the settings say where services of their own are: then nothing is to be run here, and
/// an operator's calls go to them.
pub(crate) fn is_split(settings: &Settings) -> Result<bool, Trouble> {
    for service in plan::Service::ALL {
        if !settings.internal_urls(service.name())?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is to be said of the services' own tables of settings.
pub(crate) fn look(settings: &Settings) -> Vec<Finding> {
    let services = SERVICES.into_iter();
    services
        .flat_map(|service| (service.doctor)(settings))
        .collect()
}

/// Everything that is served.
#[derive(Default)]
pub(crate) struct House {
    /// Routes, jobs and readiness of all services.
    pub(crate) parts: Parts,
    /// What they have to tell the operator.
    pub(crate) greetings: Vec<Greeting>,
}

/// Opens the databases and builds the services. The caller holds the data folder's lock.
pub(crate) fn build(settings: &Settings, edge: &Edge) -> Result<House, Trouble> {
    let master_key = master_key(settings, edge.settings())?;
    let opened = SERVICES
        .iter()
        .map(|service| open(settings, service, edge.clock(), Use::Sole))
        .collect::<Result<Vec<Opened>, Trouble>>()?;
    let databases = opened.iter().map(|one| one.db.clone()).collect();
    let mut house = House::default();
    let mut peers = Peers::default();
    for (service, opened) in SERVICES.iter().zip(&opened) {
        let built = (service.build)(&Setup {
            settings,
            edge,
            db: opened.db.clone(),
            peers: peers.clone(),
            master_key: service.plan.seals().then(|| master_key.clone()),
        })?;
        peers = peers.and(built.peers);
        house.parts = house.parts.and(built.parts);
        house.greetings.extend(built.greeting);
    }
    house.parts = house.parts.and(look_after(opened));
    house.parts.internal.extend(writers::routes(databases));
    Ok(house)
}

fn master_key(settings: &Settings, edge: &EdgeSettings) -> Result<MasterKey, Trouble> {
    if let Some(text) = settings.secret("master_key")? {
        return MasterKey::parse(&text)
            .map_err(|fault| Trouble::said(format!("{fault}: see LATCHKEY_MASTER_KEY")));
    }
    let text = data_folder::master_key(&edge.data_dir)?;
    let file = data_folder::master_key_file(&edge.data_dir);
    MasterKey::parse(&text)
        .map_err(|fault| Trouble::said(format!("{fault}: see {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_stand_in_the_order_of_the_plan() {
        assert_eq!(SERVICES.map(|service| service.plan), plan::Service::ALL);
    }
}
