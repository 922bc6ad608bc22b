//! Who is connected to whom: every edge of the call graph, with the relays that can cut it.

use std::net::{Ipv4Addr, SocketAddr};

use super::{Cut, Service};
use crate::relay::Relay;

/// An edge between two kinds of processes, all their replicas together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// The gateway to a service: requests and health checks.
    Gateway(Service),
    /// One service to another one's internal listener.
    Peer(Service, Service),
    /// A service to its database.
    Database(Service),
    /// Channels to NATS.
    Nats,
}

impl Link {
    /// Every edge.
    pub fn all() -> Vec<Self> {
        let mut links = vec![Self::Nats];
        for service in Service::ALL {
            links.push(Self::Gateway(service));
            links.push(Self::Database(service));
            links.extend(service.asks().iter().map(|peer| Self::Peer(service, *peer)));
        }
        links
    }
}

/// The first port of the relays.
const FIRST_PORT: u16 = 20_000;

struct Carried {
    link: Link,
    target: SocketAddr,
    address: SocketAddr,
    relay: Relay,
}

/// The relays of a stack; none where nothing is to be cut.
#[derive(Default)]
pub(super) struct Links(Vec<Carried>);

impl Links {
    /// From now on `link` leads to `target` through a relay.
    pub(super) fn carry(&mut self, at: Ipv4Addr, link: Link, target: SocketAddr) {
        let nth = u16::try_from(self.0.len()).expect("few relays");
        let address = SocketAddr::from((at, FIRST_PORT + nth));
        self.0.push(Carried {
            link,
            target,
            address,
            relay: Relay::carry(address, target),
        });
    }

    /// Where to connect to reach `target`.
    pub(super) fn via(&self, link: Link, target: SocketAddr) -> SocketAddr {
        let mut carried = self.0.iter();
        let found = carried.find(|it| it.link == link && it.target == target);
        found.map_or(target, |carried| carried.address)
    }

    /// Cuts or heals an edge.
    pub(super) fn set(&self, link: Link, cut: Option<Cut>) {
        let mut found = 0;
        for carried in self.0.iter().filter(|carried| carried.link == link) {
            carried.relay.set(cut);
            found += 1;
        }
        assert!(found > 0, "{link:?} has no relay: `Builder::with_edges`");
    }
}
