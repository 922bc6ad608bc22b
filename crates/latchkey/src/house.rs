//! Putting the services together in one process. Each is built from what those before it in the plan
//! have made: whoever it asks is at hand in its local form.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use latchkey_common::config::Settings;
use latchkey_common::db::Db;
use latchkey_common::jobs::Job;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::{Edge, EdgeSettings, Parts, Sitemap};
use latchkey_peers::plan;
use latchkey_process::database::{Opened, Use, look_after, open};
use latchkey_process::{Finding, Greeting, Peers, Setup, Trouble};

use crate::data_folder;
use crate::installation::{self, Founding, Keeper, Looks};
pub(crate) use crate::services::SERVICES;
use crate::{process, writers};

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

/// How often databases are told what the others have given out. What is given out in between and by nobody
/// else known of is lost to them when the process dies and an older copy takes a database's place.
const KEEPING: Duration = Duration::from_secs(2);

/// Everything that is served.
pub(crate) struct House {
    /// Routes, jobs and readiness of all services.
    pub(crate) parts: Parts,
    /// What they have to tell the operator.
    pub(crate) greetings: Vec<Greeting>,
    /// Tells databases what the others have given out; once more when nothing more is given out.
    pub(crate) keeper: Arc<Keeper>,
}

/// Opens the databases and builds the services. The caller holds the data folder's lock. Databases that
/// make no one installation are refused before anything is changed in them.
pub(crate) fn build(
    settings: &Settings,
    edge: &Edge,
    founding: Founding,
) -> Result<House, Trouble> {
    let looks = Looks::at(settings)?;
    looks.allow(founding, &edge.settings().data_dir)?;
    looks.judged().map(|_id| ())?;
    looks.have_their_key(settings)?;
    let master_key = master_key(settings, edge.settings())?;
    let opened = SERVICES
        .iter()
        .map(|service| open(settings, service, edge.clock(), Use::Sole))
        .collect::<Result<Vec<Opened>, Trouble>>()?;
    if founding != Founding::Untouched {
        installation::join(settings)?;
    }
    let databases: Vec<Db> = opened.iter().map(|one| one.db.clone()).collect();
    let mut house = House {
        parts: Parts::default(),
        greetings: Vec::new(),
        keeper: Arc::new(Keeper::over(databases.clone())),
    };
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
    house.parts.jobs.push(Job::over(
        &house.keeper,
        "keep-numbers",
        KEEPING,
        |keeper| async move { keeper.keep().await },
    ));
    house.parts.internal.extend(writers::routes(databases));
    house.parts.internal.push(process::route());
    let keeper = installation::route(&house.keeper);
    house.parts.internal.push(keeper);
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
