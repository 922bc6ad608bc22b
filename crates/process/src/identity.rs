//! Who a service is to the others, from its settings.

use std::sync::Arc;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::rpc::{Gate, PeerClient, PeerSettings, PublicKeys, ServiceKey};

use crate::Service;
use crate::output::Trouble;

/// Who may call the service: those that the house's plan names, by the keys in the settings.
pub(crate) fn gate(service: &Service, settings: &Settings, clock: &Clock) -> Result<Gate, Trouble> {
    let mut keys = PublicKeys::default();
    for caller in service.callers {
        let key = settings.public_key(caller)?.ok_or_else(|| {
            Trouble::said(format!(
                "{0}.public_key is not set (LATCHKEY_{1}__PUBLIC_KEY): {2} would answer no call of \
                 {0}",
                caller,
                caller.to_uppercase(),
                service.name
            ))
        })?;
        keys.allow(caller, &key)?;
    }
    let operator = settings.secret("operator_key")?;
    Ok(Gate::new(
        service.name,
        keys,
        operator.as_ref(),
        clock.clone(),
    )?)
}

/// What signs the service's calls; `None` for one that calls nobody.
pub(crate) fn service_key(
    service: &Service,
    settings: &Settings,
    clock: &Clock,
) -> Result<Option<Arc<ServiceKey>>, Trouble> {
    if service.calls.is_empty() {
        return Ok(None);
    }
    let text = settings.secret("service_key")?.ok_or_else(|| {
        Trouble::said(format!(
            "service_key is not set (LATCHKEY_SERVICE_KEY or _FILE): nobody would answer a call \
             of {}",
            service.name
        ))
    })?;
    let key = ServiceKey::parse(service.name, &text, clock.clone())?;
    if settings
        .public_key(service.name)?
        .is_some_and(|public| public.trim() != key.public())
    {
        return Err(Trouble::said(format!(
            "{}.public_key does not belong to service_key: others would refuse our calls",
            service.name
        )));
    }
    Ok(Some(Arc::new(key)))
}

/// What asks `peer`.
pub(crate) fn client(
    settings: &Settings,
    peer: &'static str,
    key: Arc<ServiceKey>,
) -> Result<PeerClient, Trouble> {
    let urls = settings.internal_urls(peer)?;
    if urls.is_empty() {
        return Err(Trouble::said(format!(
            "{peer}.internal_url is not set (LATCHKEY_{}__INTERNAL_URL): where {peer} answers other \
             services, such as http://{peer}:9090",
            peer.to_uppercase()
        )));
    }
    let peers = settings.peers()?;
    Ok(PeerClient::new(
        &PeerSettings {
            name: peer,
            urls,
            peers,
        },
        key,
    )?)
}
