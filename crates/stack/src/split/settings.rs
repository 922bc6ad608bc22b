//! What each process is told: its settings, as a deployment has them.

use super::{Service, Split};

type Settings = Vec<(String, String)>;

impl Split {
    /// The settings of one replica.
    pub(super) fn settings_of(&self, service: Service, nth: usize) -> Settings {
        let key = format!("LATCHKEY_{}", service.upper());
        let (public, internal) = (self.public(service, nth), self.internal_of(service, nth));
        let mut settings = vec![
            named("LATCHKEY_LISTEN", &public.to_string()),
            named("LATCHKEY_INTERNAL_LISTEN", &internal.to_string()),
            named("LATCHKEY_PUBLIC_URL", &self.base()),
            named("LATCHKEY_TRUSTED_PROXIES", "127.0.0.0/8"),
            named("LATCHKEY_SERVER__DRAIN_SECONDS", DRAIN),
            named("LATCHKEY_RATE_LIMITS", "off"),
            (format!("{key}__DATABASE_URL"), self.database_url(service)),
            named("LATCHKEY_SERVICE_KEY", self.keys.private(service)),
            named("LATCHKEY_OPERATOR_KEY_HASH", &self.keys.operator_hash()),
        ];
        if service == Service::Channels {
            settings.push(named("LATCHKEY_NATS_URL", &self.nats_url()));
        }
        if service.seals() {
            settings.push(named("LATCHKEY_MASTER_KEY", &self.keys.master));
        }
        for other in Service::ALL {
            let key = format!("LATCHKEY_{}", other.upper());
            let urls = self.internal_urls(service, other);
            settings.push((format!("{key}__INTERNAL_URL"), urls.join(",")));
            settings.push((
                format!("{key}__PUBLIC_KEY"),
                self.keys.public(other).to_owned(),
            ));
        }
        for (name, value) in super::lock(&self.extra).iter() {
            if is_for(service, name) {
                settings.retain(|(known, _)| known != name);
                settings.push((name.clone(), value.clone()));
            }
        }
        settings
    }

    /// The settings of the operator's command: where the services are, and the key.
    pub(super) fn operator_settings(&self) -> Settings {
        let mut settings = vec![named("LATCHKEY_OPERATOR_KEY", &self.keys.operator)];
        for service in Service::ALL {
            let replicas = (0..self.replicas).map(|nth| self.internal_of(service, nth));
            let urls: Vec<String> = replicas.map(|at| format!("http://{at}")).collect();
            let key = format!("LATCHKEY_{}__INTERNAL_URL", service.upper());
            settings.push((key, urls.join(",")));
        }
        for (name, value) in super::lock(&self.extra).iter() {
            if is_for_all(name) {
                settings.retain(|(known, _)| known != name);
                settings.push((name.clone(), value.clone()));
            }
        }
        settings
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
                settings.push((format!("{key}_CHECK_PORT"), internal.port().to_string()));
                settings.push((key, public.to_string()));
            }
        }
        for (name, value) in super::lock(&self.extra).iter() {
            if name.starts_with("GATEWAY_") {
                settings.retain(|(known, _)| known != name);
                settings.push((name.clone(), value.clone()));
            }
        }
        settings
    }
}

/// Longer than the gateway takes to notice, in seconds.
const DRAIN: &str = "2";

fn named(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Settings of one service are unknown to the others.
fn is_for(service: Service, name: &str) -> bool {
    is_for_all(name) || owner(name) == Some(service)
}

fn is_for_all(name: &str) -> bool {
    !name.starts_with("GATEWAY_") && owner(name).is_none()
}

fn owner(name: &str) -> Option<Service> {
    let mut services = Service::ALL.into_iter();
    services.find(|service| name.starts_with(&format!("LATCHKEY_{}__", service.upper())))
}
