//! Who a service is to the others and to people, from its settings.

use std::sync::Arc;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::rpc::Acquaintance;
use latchkey_common::rpc::{Gate, OperatorHash, PeerClient, PeerSettings, PublicKeys, ServiceKey};
use latchkey_common::seal::MasterKey;
use latchkey_common::server::{EdgeSettings, Origin};
use latchkey_peers::channels::ChannelsClient;
use latchkey_peers::plan::Service;
use latchkey_peers::users::UsersClient;

use crate::output::Trouble;
use crate::service::Peers;

/// Who may call the service: those that the plan names, by the keys in the settings, and the
/// operator.
pub(crate) fn gate(service: Service, settings: &Settings, clock: &Clock) -> Result<Gate, Trouble> {
    Ok(Gate::new(
        service.name(),
        callers(service, settings)?,
        operator(settings)?,
        clock.clone(),
    ))
}

/// The keys of the services that may call.
pub(crate) fn callers(service: Service, settings: &Settings) -> Result<PublicKeys, Trouble> {
    let mut keys = PublicKeys::default();
    for caller in service.askers() {
        let key = settings.public_key(caller.name())?.ok_or_else(|| {
            Trouble::said(format!(
                "{0}.public_key is not set (LATCHKEY_{1}__PUBLIC_KEY): {2} would answer no call of \
                 {0}",
                caller.name(),
                caller.upper(),
                service.name()
            ))
        })?;
        keys.allow(caller.name(), &key)?;
    }
    Ok(keys)
}

/// By what the service knows the operator. A key in its settings, as installations had it before there
/// was a hash, counts while no hash is set: a hash that somebody sets is that of the key in force.
pub(crate) fn operator(settings: &Settings) -> Result<Option<OperatorHash>, Trouble> {
    if let Some(hash) = settings.secret("operator_key_hash")? {
        return Ok(Some(OperatorHash::parse(&hash)?));
    }
    let key = settings.secret("operator_key")?;
    Ok(key.map(|key| OperatorHash::of(&key)).transpose()?)
}

/// What is to be said where the operator's key itself lies with a service.
pub(crate) fn exposed_key(settings: &Settings) -> Result<Option<String>, Trouble> {
    let Some(key) = settings.secret("operator_key")? else {
        return Ok(None);
    };
    let state = match settings.secret("operator_key_hash")? {
        None => "and works; set LATCHKEY_OPERATOR_KEY_HASH (or _FILE) in its place",
        Some(hash) if OperatorHash::parse(&hash)? == OperatorHash::of(&key)? => {
            "beside its hash, which is all that is needed here"
        }
        Some(_) => "and is not the key of operator_key_hash, which alone counts",
    };
    Ok(Some(format!(
        "operator_key lies with the service {state}. Whoever reads what this service has can run every \
         command: keep the key where commands are run, and exchange it (`latchkey secrets \
         --new-operator-key` makes another, and its hash for the services)"
    )))
}

/// What signs the service's calls; `None` for one that calls nobody.
pub(crate) fn service_key(
    service: Service,
    settings: &Settings,
    clock: &Clock,
) -> Result<Option<Arc<ServiceKey>>, Trouble> {
    if service.asks().is_empty() {
        return Ok(None);
    }
    let name = service.name();
    let text = settings.secret("service_key")?.ok_or_else(|| {
        Trouble::said(format!(
            "service_key is not set (LATCHKEY_SERVICE_KEY or _FILE): nobody would answer a call \
             of {name}"
        ))
    })?;
    let key = ServiceKey::parse(name, &text, clock.clone())?;
    if settings
        .public_key(name)?
        .is_some_and(|public| public.trim() != key.public())
    {
        return Err(Trouble::said(format!(
            "{name}.public_key does not belong to service_key: others would refuse our calls"
        )));
    }
    Ok(Some(Arc::new(key)))
}

/// What asks `peer`.
pub(crate) fn client(
    settings: &Settings,
    peer: Service,
    key: Arc<ServiceKey>,
    acquaintance: Option<Arc<Acquaintance>>,
) -> Result<PeerClient, Trouble> {
    let name = peer.name();
    let urls = settings.internal_urls(name)?;
    if urls.is_empty() {
        return Err(Trouble::said(format!(
            "{name}.internal_url is not set (LATCHKEY_{}__INTERNAL_URL): where {name} answers other \
             services, such as http://{name}:9090",
            peer.upper()
        )));
    }
    let peers = settings.peers()?;
    let settings = PeerSettings {
        name,
        urls,
        peers,
        acquaintance,
    };
    Ok(PeerClient::new(&settings, key)?)
}

/// Those that the service asks, each far away, and what asks them.
pub(crate) fn peers(
    service: Service,
    settings: &Settings,
    clock: &Clock,
    acquaintance: &Arc<Acquaintance>,
) -> Result<(Peers, Vec<PeerClient>), Trouble> {
    let mut peers = Peers::default();
    let mut clients = Vec::new();
    let Some(key) = service_key(service, settings, clock)? else {
        return Ok((peers, clients));
    };
    for asked in service.asks() {
        let own = Some(Arc::clone(acquaintance));
        let client = client(settings, *asked, Arc::clone(&key), own)?;
        clients.push(client.clone());
        match asked {
            Service::Users => {
                peers.users = Some(Arc::new(UsersClient::new(client, clock.clone())));
            }
            Service::Channels => peers.channels = Some(Arc::new(ChannelsClient::new(client))),
            // Nobody asks them, so there is no call of theirs.
            Service::Invitations | Service::Discord => {}
        }
    }
    Ok((peers, clients))
}

/// The key that seals what is stored. Replicas share it, so nobody makes one.
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
