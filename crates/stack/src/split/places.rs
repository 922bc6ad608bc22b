//! Where everything of a stack is found: by whoever tests it, and by its processes, for whom an edge
//! that can be cut lies in between.

use std::net::SocketAddr;

use super::{Link, NATS_PORT, Service, Split};
use crate::gateway;

impl Split {
    /// `http://host:port` of the gateway.
    pub fn base(&self) -> String {
        format!("http://{}:{}", self.address, gateway::PORT)
    }

    /// `http://host:port` of one replica, past the gateway.
    pub fn base_of(&self, service: Service, nth: usize) -> String {
        format!("http://{}", self.public(service, nth))
    }

    /// The internal listener of one replica.
    pub fn internal_of(&self, service: Service, nth: usize) -> SocketAddr {
        self.at(9000 + port(service, nth))
    }

    pub(super) fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::from((self.address, port))
    }

    pub(super) fn public(&self, service: Service, nth: usize) -> SocketAddr {
        self.at(8100 + port(service, nth))
    }

    pub(super) fn behind_gateway(&self, service: Service, nth: usize) -> (SocketAddr, SocketAddr) {
        let link = Link::Gateway(service);
        let via = |target| self.links.via(link, target);
        (
            via(self.public(service, nth)),
            via(self.internal_of(service, nth)),
        )
    }

    pub(super) fn internal_urls(&self, caller: Service, asked: Service) -> Vec<String> {
        let link = Link::Peer(caller, asked);
        let replicas = (0..self.replicas).map(|nth| self.internal_of(asked, nth));
        replicas
            .map(|target| format!("http://{}", self.links.via(link, target)))
            .collect()
    }

    pub(super) fn nats_url(&self) -> String {
        format!("nats://{}", self.links.via(Link::Nats, self.at(NATS_PORT)))
    }

    /// The name of a service's database and role.
    pub(super) fn database(&self, service: Service) -> String {
        format!("{}_{}", self.databases, service.name())
    }

    /// The URL of a service's database, for that service.
    pub fn database_url(&self, service: Service) -> String {
        let name = self.database(service);
        let address = self.links.via(Link::Database(service), self.postgres);
        format!("postgres://{name}:{name}@{address}/{name}")
    }
}

/// Within the ports of a kind.
fn port(service: Service, nth: usize) -> u16 {
    service.index() * 10 + u16::try_from(nth).expect("few replicas")
}
