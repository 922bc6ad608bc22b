//! `doctor` of one service: what is wrong with its settings and with what they point at, in words.

use std::net::TcpListener;
use std::sync::Arc;

use latchkey_common::clock::Clock;
use latchkey_common::config::{EdgeSettings, Settings};
use latchkey_common::db::{Db, Location};

use super::healthcheck;
use crate::output::{Trouble, say};
use crate::start::master_key;
use crate::{Service, identity};

/// What was found about one thing.
pub enum Finding {
    /// Nothing is wrong with it.
    Fine(String),
    /// It works, but an operator may want to know.
    Note(String),
    /// The server cannot start, or does not work as it should.
    Wrong(String),
}
use Finding::{Fine, Note, Wrong};

impl Finding {
    /// What a check found: its trouble, or `fine`.
    pub fn of(outcome: Result<(), Trouble>, fine: impl Into<String>) -> Self {
        outcome.map_or_else(|trouble| Wrong(trouble.to_string()), |()| Fine(fine.into()))
    }
}

/// Prints every finding, and fails when something is wrong.
pub fn report(findings: Vec<Finding>) -> Result<(), Trouble> {
    let mut wrong = 0_usize;
    for finding in findings {
        match finding {
            Fine(text) => say(&format!("ok     {text}")),
            Note(text) => say(&format!("note   {text}")),
            Wrong(text) => {
                wrong += 1;
                say(&format!("WRONG  {text}"));
            }
        }
    }
    match wrong {
        0 => Ok(()),
        1 => Err(Trouble::said("one thing is wrong")),
        many => Err(Trouble::said(format!("{many} things are wrong"))),
    }
}

pub(crate) async fn doctor(service: &Service, settings: &Settings) -> Result<(), Trouble> {
    let edge = settings.edge()?;
    let clock = Clock::default();
    let gate = identity::gate(service, settings, &clock);
    let mut findings = vec![
        public_url(&edge),
        Finding::of(gate.map(drop), "those who may call are known by their keys"),
    ];
    if settings.secret("operator_key")?.is_none() {
        findings.push(Note(
            "operator_key is not set: `latchkey admin` gets in nowhere".to_owned(),
        ));
    }
    if service.seals {
        findings.push(Finding::of(
            master_key(settings).map(drop),
            "the master key is set",
        ));
    }
    findings.push(database(service, settings)?);
    findings.extend(peers(service, settings, &clock).await);
    findings.push(own_health(&edge).await);
    report(findings)
}

fn public_url(edge: &EdgeSettings) -> Finding {
    match &edge.public_url {
        None => Wrong("public_url is not set (LATCHKEY_PUBLIC_URL)".to_owned()),
        Some(url) if !url.is_https() => Note(format!(
            "{} is not https: session cookies travel in the clear",
            url.as_str()
        )),
        Some(url) => Fine(format!("people come to {}", url.as_str())),
    }
}

fn database(service: &Service, settings: &Settings) -> Result<Finding, Trouble> {
    let name = service.name;
    let db = settings.db_settings(name)?;
    if let Location::Sqlite(_) = db.location {
        return Ok(Wrong(format!(
            "{name}: LATCHKEY_{}__DATABASE_URL names no PostgreSQL database",
            name.to_uppercase()
        )));
    }
    Ok(match Db::pending(&db, service.migrations) {
        Err(fault) => Wrong(format!("{name}: {}", Trouble::from(fault))),
        Ok(0) => Finding::of(
            Db::open(&db, &Clock::default())
                .map(drop)
                .map_err(|fault| Trouble::said(format!("{name}: {}", Trouble::from(fault)))),
            format!("{name}: the database answers and is up to date"),
        ),
        Ok(count) => Wrong(format!(
            "{name}: {count} migrations have not run; run `latchkey-{name} migrate`"
        )),
    })
}

async fn peers(service: &Service, settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let key = match identity::service_key(service, settings, clock) {
        Ok(Some(key)) => key,
        Ok(None) => return Vec::new(),
        Err(trouble) => return vec![Wrong(trouble.to_string())],
    };
    let mut findings = Vec::new();
    for peer in service.calls {
        match identity::client(settings, peer, Arc::clone(&key)) {
            Err(trouble) => findings.push(Wrong(trouble.to_string())),
            Ok(_) => findings.extend(reach(settings, peer).await),
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
        Err(_) => {
            let addresses = [&edge.listen, &edge.internal_listen];
            let taken = addresses.into_iter().find_map(|address| {
                let error = TcpListener::bind(address).err()?;
                Some(format!("{address} is not free: {error}"))
            });
            taken.map_or_else(
                || Note("the service does not run; its addresses are free".to_owned()),
                |why| Wrong(format!("the service does not run, and {why}")),
            )
        }
    }
}
