//! A gateway in front of servers that tell what they were asked.

use latchkey_testing::Service;
use latchkey_testing::chat::Chat;
use latchkey_testing::gateway::Gateway;
use latchkey_testing::upstream::Upstream;

/// How many replicas each has.
const REPLICAS: usize = 2;

pub(super) struct Front {
    pub(super) gateway: Gateway,
    replicas: Vec<Option<Upstream>>,
}

impl Front {
    /// Opens one with these settings. `None`: skipped, there is no `HAProxy`.
    pub(super) fn open(test: &str, settings: &[(&str, &str)]) -> Option<Self> {
        if latchkey_testing::missing(test, &["haproxy"]) {
            return None;
        }
        let mut replicas = Vec::new();
        let mut all: Vec<(String, String)> = Vec::new();
        for service in Service::ALL.map(Service::name) {
            for nth in 1..=REPLICAS {
                let replica = Upstream::start(service);
                let name = format!("GATEWAY_{}_{nth}", service.to_uppercase());
                all.push((format!("{name}_CHECK_PORT"), replica.port()));
                all.push((name, replica.authority()));
                replicas.push(Some(replica));
            }
        }
        let all = all.iter().map(|(name, value)| (&**name, &**value));
        let all: Vec<(&str, &str)> = all.chain(settings.iter().copied()).collect();
        Some(Self {
            gateway: Gateway::start(&all).unwrap(),
            replicas,
        })
    }

    /// Somebody at the gateway.
    pub(super) fn nobody(&self) -> Chat {
        Chat::at(&self.gateway.base()).unobserved()
    }

    /// The replica `nth`, counted from 0, of a service.
    pub(super) fn replica(&self, service: &str, nth: usize) -> &Upstream {
        self.replicas[place(service, nth)].as_ref().expect("alive")
    }

    /// That replica is gone.
    pub(super) fn lose(&mut self, service: &str, nth: usize) {
        self.replicas[place(service, nth)] = None;
    }

    /// How many requests a service got.
    pub(super) fn asked(&self, service: &str) -> usize {
        (0..REPLICAS)
            .map(|nth| self.replica(service, nth).asked())
            .sum()
    }
}

fn place(service: &str, nth: usize) -> usize {
    let at = Service::ALL
        .iter()
        .position(|known| known.name() == service);
    at.expect("a service") * REPLICAS + nth
}
