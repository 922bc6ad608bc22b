//! Where everything of a stack is found: by whoever looks at it, and by its processes, for whom an
//! edge that can be cut lies in between.

use std::net::SocketAddr;

use super::{Link, Split};
use crate::{Service, gateway, nats};

impl Split {
    /// Where everybody comes: the gateway.
    pub(crate) fn public(&self) -> SocketAddr {
        self.home.at(gateway::PORT)
    }

    /// `http://host:port` of one replica, past the gateway.
    pub fn base_of(&self, service: Service, nth: u16) -> String {
        format!("http://{}", self.public_of(service, nth))
    }

    /// The internal listener of one replica.
    pub fn internal_of(&self, service: Service, nth: u16) -> SocketAddr {
        self.home.at(9000 + port(service, nth))
    }

    pub(super) fn public_of(&self, service: Service, nth: u16) -> SocketAddr {
        self.home.at(8100 + port(service, nth))
    }

    pub(super) fn nats(&self) -> SocketAddr {
        self.home.at(nats::PORT)
    }

    /// Whatever lies at the other ends of all edges.
    pub(super) fn targets(&self) -> Vec<(Link, SocketAddr)> {
        let mut targets = Vec::new();
        for link in Link::all() {
            let replicas = 0..self.replicas;
            match link {
                Link::Nats => targets.push((link, self.nats())),
                Link::Database(_) => targets.push((link, self.server.at())),
                Link::Gateway(service) => targets.extend(replicas.flat_map(|nth| {
                    let both = [self.public_of(service, nth), self.internal_of(service, nth)];
                    both.map(|target| (link, target))
                })),
                Link::Peer(_, asked) => {
                    targets.extend(replicas.map(|nth| (link, self.internal_of(asked, nth))));
                }
            }
        }
        targets
    }

    pub(super) fn behind_gateway(&self, service: Service, nth: u16) -> (SocketAddr, SocketAddr) {
        let via = |target| self.links.via(Link::Gateway(service), target);
        (
            via(self.public_of(service, nth)),
            via(self.internal_of(service, nth)),
        )
    }

    pub(super) fn internal_urls(&self, caller: Service, asked: Service) -> String {
        let link = Link::Peer(caller, asked);
        let replicas = (0..self.replicas).map(|nth| self.internal_of(asked, nth));
        let urls = replicas.map(|target| format!("http://{}", self.links.via(link, target)));
        urls.collect::<Vec<_>>().join(",")
    }

    pub(super) fn nats_url(&self) -> String {
        format!("nats://{}", self.links.via(Link::Nats, self.nats()))
    }

    /// The name of a service's database and role.
    pub(super) fn database(&self, service: Service) -> String {
        format!("{}_{}", self.databases, service.name())
    }

    /// The URL of a service's database, for that service.
    pub(crate) fn database_url(&self, service: Service) -> String {
        let name = self.database(service);
        let address = self.links.via(Link::Database(service), self.server.at());
        format!("postgres://{name}:{name}@{address}/{name}")
    }
}

/// Within the ports of a kind.
fn port(service: Service, nth: u16) -> u16 {
    let (tens, _) = (0..)
        .zip(Service::ALL)
        .find(|(_, other)| *other == service)
        .unwrap_or((0, service));
    tens * 10 + nth
}
