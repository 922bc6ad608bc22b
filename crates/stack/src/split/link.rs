//! Who is connected to whom: every edge of the call graph, with the relays that can cut it.

use std::net::SocketAddr;

use crate::relay::{Cut, Relay};
use crate::{Home, Result, Service};

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
    /// Each of these links leads to its target through a relay, at an address of `home`.
    pub(super) fn carry(home: &Home, links: Vec<(Link, SocketAddr)>) -> Result<Self> {
        let carried = links.into_iter().zip(FIRST_PORT..);
        let carried = carried.map(|((link, target), port)| {
            let address = home.at(port);
            Ok(Carried {
                link,
                target,
                address,
                relay: Relay::carry(address, target)?,
            })
        });
        carried.collect::<Result<_>>().map(Self)
    }

    /// Where to connect to reach `target`.
    pub(super) fn via(&self, link: Link, target: SocketAddr) -> SocketAddr {
        let mut carried = self.0.iter();
        let found = carried.find(|it| it.link == link && it.target == target);
        found.map_or(target, |carried| carried.address)
    }

    /// Cuts or heals an edge.
    pub(super) fn set(&self, link: Link, cut: Option<Cut>) -> Result<()> {
        let mut carried = self.0.iter().filter(|it| it.link == link).peekable();
        if carried.peek().is_none() {
            return Err(format!("{link:?} has no relay: `Plan::has_edges`").into());
        }
        carried.for_each(|it| it.relay.set(cut));
        Ok(())
    }
}
