//! What each process is told: its settings, as a deployment has them.

use super::Split;
use crate::Service;
use crate::env::Settings;

impl Split {
    /// The settings of one replica.
    pub(super) fn settings_of(&self, service: Service, nth: u16) -> Settings {
        let key = |service: Service, name| format!("LATCHKEY_{}__{name}", service.upper());
        let (public, internal) = (self.public_of(service, nth), self.internal_of(service, nth));
        let base = format!("http://{}", self.public());
        let mut settings = vec![
            named("LATCHKEY_LISTEN", &public),
            named("LATCHKEY_INTERNAL_LISTEN", &internal),
            named("LATCHKEY_PUBLIC_URL", &base),
            named("LATCHKEY_TRUSTED_PROXIES", "127.0.0.0/8"),
            named("LATCHKEY_SERVER__DRAIN_SECONDS", DRAIN),
            named("LATCHKEY_RATE_LIMITS", "off"),
            named(&key(service, "DATABASE_URL"), &self.database_url(service)),
            named("LATCHKEY_OPERATOR_KEY_HASH", &self.operator_hash()),
        ];
        if service == Service::Channels {
            settings.push(named("LATCHKEY_NATS_URL", &self.nats_url()));
        }
        if service.seals() {
            let master_key = self.keys.master.expose();
            settings.push(named("LATCHKEY_MASTER_KEY", master_key));
        }
        for (other, pair) in &self.keys.pairs {
            if *other == service {
                settings.push(named("LATCHKEY_SERVICE_KEY", pair.private.expose()));
            }
            let urls = self.internal_urls(service, *other);
            settings.push(named(&key(*other, "INTERNAL_URL"), &urls));
            settings.push(named(&key(*other, "PUBLIC_KEY"), &pair.public));
        }
        with(settings, self.env.that(|name| is_for(service, name)))
    }

    /// The settings of the operator's command: where the services are, and the key.
    pub(super) fn operator_settings(&self) -> Settings {
        let mut settings = vec![named("LATCHKEY_OPERATOR_KEY", self.operator_key())];
        for service in Service::ALL {
            let replicas = (0..self.replicas).map(|nth| self.internal_of(service, nth));
            let urls: Vec<String> = replicas.map(|at| format!("http://{at}")).collect();
            let name = format!("LATCHKEY_{}__INTERNAL_URL", service.upper());
            settings.push(named(&name, &urls.join(",")));
        }
        with(settings, self.env.that(is_for_all))
    }

    /// The gateway's settings. Its limits per address are out of the way: everybody here has one.
    pub(super) fn gateway_settings(&self) -> Settings {
        let mut settings = vec![
            named("GATEWAY_REQUESTS_PER_10_SECONDS", "100000000"),
            named("GATEWAY_CONNECTIONS_PER_ADDRESS", "100000"),
        ];
        for service in Service::ALL {
            for nth in 0..self.replicas {
                let key = format!("GATEWAY_{}_{}", service.upper(), nth + 1);
                let (public, internal) = self.behind_gateway(service, nth);
                settings.push(named(&format!("{key}_CHECK_PORT"), &internal.port()));
                settings.push(named(&key, &public));
            }
        }
        with(settings, self.env.that(is_gateways))
    }
}

/// Longer than the gateway takes to notice, in seconds.
const DRAIN: &str = "2";

fn named(name: &str, value: &(impl ToString + ?Sized)) -> (String, String) {
    (name.to_owned(), value.to_string())
}

/// `more` wins.
fn with(mut settings: Settings, more: Settings) -> Settings {
    settings.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    settings.extend(more);
    settings
}

fn is_gateways(name: &str) -> bool {
    name.starts_with("GATEWAY_")
}

/// Settings of one service are unknown to the others.
fn is_for(service: Service, name: &str) -> bool {
    is_for_all(name) || owner(name) == Some(service)
}

fn is_for_all(name: &str) -> bool {
    !is_gateways(name) && owner(name).is_none()
}

fn owner(name: &str) -> Option<Service> {
    let mut services = Service::ALL.into_iter();
    services.find(|service| name.starts_with(&format!("LATCHKEY_{}__", service.upper())))
}
