//! What a service is to whoever runs it: alone, as a process of its own, or together with the others
//! in one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use latchkey_common::config::{Settings, Table};
use latchkey_common::db::{Db, Migrations};
use latchkey_common::fault::Fault;
use latchkey_common::installation::Refers;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::{Edge, Parts, Sitemap};
use latchkey_peers::channels::ChannelsApi;
use latchkey_peers::plan;
use latchkey_peers::users::UsersApi;

use crate::finding::Finding;
use crate::output::Trouble;

/// A service.
#[derive(Clone, Copy)]
pub struct Service {
    /// Its place in the plan.
    pub plan: plan::Service,
    /// The compiled-in settings of its table.
    pub defaults: &'static str,
    /// What brings its database to the shape that it expects.
    pub migrations: Migrations,
    /// Numbers of other services' that its rows hold.
    pub refers: &'static [Refers],
    /// What it serves to everybody.
    pub sitemaps: fn() -> Vec<Sitemap>,
    /// What is to be said of its own table of settings.
    pub doctor: fn(&Settings) -> Vec<Finding>,
    /// Puts it together.
    pub build: fn(&Setup<'_>) -> Result<Built, Trouble>,
}

impl Service {
    /// Its name, which is the name of its table of settings too.
    pub const fn name(&self) -> &'static str {
        self.plan.name()
    }
}

/// What a service is built from.
pub struct Setup<'a> {
    /// All settings; [`Setup::table`] is the service's own.
    pub settings: &'a Settings,
    /// What its listeners share.
    pub edge: &'a Edge,
    /// Its database, opened and migrated.
    pub db: Db,
    /// Those that it asks, as the plan says.
    pub peers: Peers,
    /// Seals what it stores; the plan says whether it gets one.
    pub master_key: Option<MasterKey>,
}

impl Setup<'_> {
    /// The service's own table of settings.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn table<T: Table>(&self) -> Result<T, Trouble> {
        Ok(self.settings.table()?)
    }

    /// What seals.
    ///
    /// # Errors
    /// The plan gives it none.
    pub fn master_key(&self) -> Result<MasterKey, Trouble> {
        let key = self.master_key.clone();
        key.ok_or_else(|| Trouble::said("the plan does not say that this service seals anything"))
    }
}

/// Services that others ask, each in this process or far away.
#[derive(Clone, Default)]
pub struct Peers {
    /// The users service.
    pub users: Option<Arc<dyn UsersApi>>,
    /// The channels service.
    pub channels: Option<Arc<dyn ChannelsApi>>,
}

impl Peers {
    /// The users service.
    ///
    /// # Errors
    /// The plan does not say that it is asked.
    pub fn users(&self) -> Result<Arc<dyn UsersApi>, Trouble> {
        self.users.clone().ok_or_else(|| unplanned("users"))
    }

    /// The channels service.
    ///
    /// # Errors
    /// As [`Peers::users`].
    pub fn channels(&self) -> Result<Arc<dyn ChannelsApi>, Trouble> {
        self.channels.clone().ok_or_else(|| unplanned("channels"))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            users: self.users.or(other.users),
            channels: self.channels.or(other.channels),
        }
    }
}

fn unplanned(peer: &str) -> Trouble {
    Trouble::said(format!(
        "the plan does not say that this service asks {peer}"
    ))
}

/// A service, put together.
#[derive(Default)]
pub struct Built {
    /// What a server serves and runs of it.
    pub parts: Parts,
    /// Itself, where others ask it.
    pub peers: Peers,
    /// What it has to tell the operator.
    pub greeting: Option<Greeting>,
}

type Lines = Pin<Box<dyn Future<Output = Result<Vec<String>, Fault>> + Send>>;

/// What a service tells the operator once at a start, line by line, as soon as it can find out.
pub struct Greeting(Box<dyn Fn() -> Lines + Send + Sync>);

impl Greeting {
    /// It may have to ask other services, which may not be there yet: it is asked again then.
    pub fn new<F, Fut>(find_out: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<String>, Fault>> + Send + 'static,
    {
        Self(Box::new(move || Box::pin(find_out())))
    }

    /// What is to be said.
    ///
    /// # Errors
    /// It cannot be found out now.
    pub async fn lines(&self) -> Result<Vec<String>, Fault> {
        (self.0)().await
    }
}
