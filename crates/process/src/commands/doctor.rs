//! `doctor` of one service: what is wrong with its settings and with what they point at, in words.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::Db;
use latchkey_common::installation::{judge, short};
use latchkey_common::server::{Edge, EdgeSettings, Listeners, Origin};

use serde_json::{Value, json};

use super::healthcheck;
use crate::database::{Use, open};
use crate::finding::Finding::{self, Fine, Note, Wrong};
use crate::identity::{self, master_key, public_url};
use crate::output::{Trouble, answer, say};
use crate::service::Service;

/// Prints every finding, and fails when something is wrong.
pub fn report(findings: &[Finding]) -> Result<(), Trouble> {
    let told = findings.iter().map(|finding| match finding {
        Fine(text) => ("ok", text),
        Note(text) => ("note", text),
        Wrong(text) => ("wrong", text),
    });
    let told: Vec<(&str, &String)> = told.collect();
    let shown = told
        .iter()
        .map(|(verdict, text)| json!({ "verdict": verdict, "text": text }));
    answer(&json!({ "findings": shown.collect::<Vec<Value>>() }));
    for (verdict, text) in &told {
        // What is wrong is to be seen in a long list.
        let verdict = match *verdict {
            "wrong" => "WRONG",
            other => other,
        };
        say(&format!("{verdict:<7}{text}"));
    }
    match told
        .iter()
        .filter(|(verdict, _)| *verdict == "wrong")
        .count()
    {
        0 => Ok(()),
        1 => Err(Trouble::said("one thing is wrong")),
        many => Err(Trouble::said(format!("{many} things are wrong"))),
    }
}

/// Reads what every program is told, as serving does, and answers it unless that is refused.
pub fn edge(settings: &Settings, findings: &mut Vec<Finding>) -> Option<EdgeSettings> {
    findings.extend(Finding::refused(settings.log().err()));
    match settings.edge() {
        Ok(edge) => Some(edge),
        Err(error) => {
            findings.extend(Finding::refused(Some(error)));
            None
        }
    }
}

/// Opens the listeners as serving does, and closes them again.
pub fn addresses(edge: &EdgeSettings) -> Result<(), Trouble> {
    let edge = Edge::new(edge.clone(), Clock::default());
    Ok(Listeners::open(&edge, None).map(drop)?)
}

pub(crate) async fn doctor(service: &Service, settings: &Settings) -> Result<(), Trouble> {
    let clock = Clock::default();
    let mut findings = Vec::new();
    let edge = edge(settings, &mut findings);
    findings.extend((service.doctor)(settings));
    if let Some(edge) = &edge {
        findings.push(people_come_to(edge));
        findings.extend(exposure(edge, false));
    }
    findings.push(Finding::of(
        identity::callers(service.plan, settings).map(drop),
        "those who may call are known by their keys",
    ));
    findings.push(operator(settings).unwrap_or_else(|trouble| Wrong(trouble.to_string())));
    if service.plan.seals() {
        findings.push(Finding::of(
            master_key(settings).map(drop),
            "the master key is set",
        ));
    }
    findings.push(match open(settings, service, &clock, Use::Shared) {
        Ok(opened) => takes_changes(&opened.db, service.name()).await,
        Err(trouble) => Wrong(trouble.to_string()),
    });
    findings.extend(installation(service, settings));
    findings.extend(peers(service, settings, &clock).await);
    if let Some(edge) = edge {
        findings.push(own_health(&edge).await);
    }
    report(&findings)
}

/// Makes a change in the open database of `service` and takes it back.
pub async fn takes_changes(db: &Db, service: &str) -> Finding {
    match db.try_a_change().await {
        Ok(()) => Fine(format!(
            "{service}: the database answers, takes changes and is up to date"
        )),
        Err(fault) => Wrong(format!("the database of {service}: {fault}")),
    }
}

/// Which installation the database is of; whether the others are of the same, each that runs tells by
/// whether it is ready.
fn installation(service: &Service, settings: &Settings) -> Option<Finding> {
    let db = settings.db_settings(service.name()).ok()?;
    let look = Db::look_at_installation(&db, service.refers).ok()?;
    let looks = [look];
    Some(match judge(&looks) {
        Err(mix) => Wrong(mix.to_string()),
        Ok(Some(id)) => Fine(format!("the database is of the installation {}", short(id))),
        Ok(None) => Note(
            "the database is of no installation yet: it becomes one of that of the services it meets first"
                .to_owned(),
        ),
    })
}

fn operator(settings: &Settings) -> Result<Finding, Trouble> {
    let known = identity::operator(settings)?;
    Ok(match (known, identity::exposed_key(settings)?) {
        (_, Some(exposed)) => Note(exposed),
        (Some(_), None) => Fine("the operator is known by the hash of a key".to_owned()),
        (None, None) => {
            Note("operator_key_hash is not set: `latchkey admin` gets in nowhere".to_owned())
        }
    })
}

/// What others can reach who should not, or read on the way.
pub fn exposure(edge: &EdgeSettings, is_alone: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if is_everywhere(&edge.internal_listen) {
        let who = if is_alone {
            "health and metrics are for this machine: 127.0.0.1 keeps others out"
        } else {
            "let the other services reach it, and whoever watches, and nobody else"
        };
        findings.push(Note(format!(
            "internal_listen answers on every address of this machine ({}): {who}",
            edge.internal_listen
        )));
    }
    let is_https = edge.public_url.as_ref().is_some_and(Origin::is_https);
    if is_https && edge.trusted_proxies.is_empty() {
        findings.push(Note(
            "public_url is https, which a proxy in front speaks, and trusted_proxies is empty: all who come \
             through it count as one client; set LATCHKEY_TRUSTED_PROXIES to its address"
                .to_owned(),
        ));
    }
    if is_public(&edge.listen) && is_alone {
        let what = if is_https {
            "whoever comes to it goes past the proxy that speaks https"
        } else {
            "passwords and sessions travel in the clear"
        };
        findings.push(Note(format!(
            "listen answers in plain http beyond this machine ({}): {what}; put a proxy with https in front and \
             let it listen on 127.0.0.1",
            edge.listen
        )));
    }
    findings
}

/// True where a listener takes what comes to any address.
fn is_everywhere(listen: &str) -> bool {
    listen
        .parse::<SocketAddr>()
        .is_ok_and(|address| address.ip().is_unspecified())
}

/// True where others than this machine and its neighbours may come; a name may be anything.
fn is_public(listen: &str) -> bool {
    listen.parse::<SocketAddr>().is_ok_and(|address| {
        let ip = address.ip();
        let is_near = match ip {
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
        };
        !ip.is_loopback() && !is_near
    })
}

fn people_come_to(edge: &EdgeSettings) -> Finding {
    match public_url(edge) {
        Err(trouble) => Wrong(trouble.to_string()),
        Ok(url) if !url.is_https() => Note(format!(
            "{} is not https: session cookies travel in the clear",
            url.as_str()
        )),
        Ok(url) => Fine(format!("people come to {}", url.as_str())),
    }
}

async fn peers(service: &Service, settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let key = match identity::service_key(service.plan, settings, clock) {
        Ok(Some(key)) => key,
        Ok(None) => return Vec::new(),
        Err(trouble) => return vec![Wrong(trouble.to_string())],
    };
    let mut findings = Vec::new();
    for peer in service.plan.asks() {
        match identity::client(settings, *peer, Arc::clone(&key), None) {
            Err(trouble) => findings.push(Wrong(trouble.to_string())),
            Ok(_) => findings.extend(reach(settings, peer.name()).await),
        }
    }
    findings
}

/// Asks every replica of `peer` for its readiness.
pub async fn reach(settings: &Settings, peer: &str) -> Vec<Finding> {
    let urls = match settings.internal_urls(peer) {
        Ok(urls) => urls,
        Err(error) => return vec![Wrong(error.to_string())],
    };
    let mut findings = Vec::new();
    for url in urls {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        findings.push(match healthcheck::ask(address).await {
            Ok(_) => Fine(format!("{peer} at {address} is ready")),
            Err(trouble) => Wrong(format!(
                "{peer} at {address}: {}",
                trouble.to_string().replace('\n', ": ")
            )),
        });
    }
    findings
}

async fn own_health(edge: &EdgeSettings) -> Finding {
    match healthcheck::ask(&edge.internal_listen).await {
        Ok(_) => Fine("the service runs and is ready".to_owned()),
        Err(trouble) if trouble.to_string().starts_with("not ready") => Wrong(format!(
            "the service runs but is {}",
            trouble.to_string().replace('\n', ": ")
        )),
        Err(_) => match addresses(edge) {
            Ok(()) => Note("the service does not run; its addresses are free".to_owned()),
            Err(trouble) => Wrong(format!("the service does not run, and {trouble}")),
        },
    }
}
