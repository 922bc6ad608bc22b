//! What a service is put together from when it is a process of its own.

use std::sync::Arc;

use latchkey_common::config::{EdgeSettings, Origin, Settings, Table};
use latchkey_common::db::Db;
use latchkey_common::rpc::{PeerClient, ServiceKey};
use latchkey_common::seal::MasterKey;
use latchkey_common::server::Edge;
use latchkey_peers::channels::{ChannelsApi, ChannelsClient};
use latchkey_peers::users::{UsersApi, UsersClient};

use crate::identity;
use crate::output::Trouble;

/// The means of one service.
pub struct Start<'a> {
    pub(crate) name: &'static str,
    pub(crate) settings: &'a Settings,
    pub(crate) edge: &'a Edge,
    pub(crate) db: Db,
    pub(crate) key: Option<Arc<ServiceKey>>,
}

impl Start<'_> {
    /// The service's own table of settings.
    pub fn table<T: Table>(&self) -> Result<T, Trouble> {
        Ok(self.settings.table()?)
    }

    /// All settings.
    pub fn settings(&self) -> &Settings {
        self.settings
    }

    /// What its listeners share.
    pub fn edge(&self) -> &Edge {
        self.edge
    }

    /// Its database, migrated.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// The key that seals what is stored. Replicas share it, so nobody makes one.
    pub fn master_key(&self) -> Result<MasterKey, Trouble> {
        master_key(self.settings)
    }

    /// The users service.
    pub fn users(&self) -> Result<Arc<dyn UsersApi>, Trouble> {
        let clock = self.edge.clock().clone();
        Ok(Arc::new(UsersClient::new(self.peer("users")?, clock)))
    }

    /// The channels service.
    pub fn channels(&self) -> Result<Arc<dyn ChannelsApi>, Trouble> {
        Ok(Arc::new(ChannelsClient::new(self.peer("channels")?)))
    }

    fn peer(&self, name: &'static str) -> Result<PeerClient, Trouble> {
        let key = self.key.clone().ok_or_else(|| {
            Trouble::said(format!("{} does not say that it calls {name}", self.name))
        })?;
        identity::client(self.settings, name, key)
    }
}

pub(crate) fn master_key(settings: &Settings) -> Result<MasterKey, Trouble> {
    let text = settings.secret("master_key")?.ok_or_else(|| {
        Trouble::said(
            "master_key is not set (LATCHKEY_MASTER_KEY or _FILE): all replicas need the same one",
        )
    })?;
    MasterKey::parse(&text)
        .map_err(|fault| Trouble::said(format!("{fault}: see LATCHKEY_MASTER_KEY")))
}

/// Where people reach the gateway: nothing here could tell.
pub(crate) fn public_url(edge: &EdgeSettings) -> Result<&Origin, Trouble> {
    edge.public_url.as_ref().ok_or_else(|| {
        Trouble::said("public_url is not set (LATCHKEY_PUBLIC_URL): where people reach the gateway")
    })
}
