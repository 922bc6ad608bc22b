//! `latchkey doctor`: what is wrong with the settings and with what they point at, in words.

mod running;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::{Db, Location};
use latchkey_common::installation::short;
use latchkey_common::rpc::OperatorHash;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use latchkey_common::server::EdgeSettings;
use latchkey_invitations::operator::LedgerReport;

use crate::admin::Line;
use crate::data_folder::{master_key_file, master_key_in_force, unfinished};
use crate::house::{self, SERVICES};
use crate::installation::{Founding, Looks};
use latchkey_process::Finding::{self, Fine, Note, Wrong};
use latchkey_process::commands::doctor::{
    edge, exposure, reach as reach_service, report, takes_changes,
};
use latchkey_process::{Service, Trouble};

/// Looks at everything, prints every finding, and fails when something is wrong.
pub(crate) async fn doctor(settings: &Settings, ledger: bool) -> Result<(), Trouble> {
    if house::is_split(settings)? {
        return elsewhere(settings, ledger).await;
    }
    let mut findings = Vec::new();
    let edge = edge(settings, &mut findings);
    findings.extend(house::look(settings));
    let Some(edge) = edge else {
        return report(&findings);
    };
    findings.extend(reach(&edge));
    let mut data = vec![folder(&edge)];
    match Looks::at(settings) {
        Err(trouble) => data.push(Wrong(trouble.to_string())),
        Ok(looks) => {
            data.push(master_key(settings, &edge, &looks)?);
            data.push(installation(&looks, &edge));
        }
    }
    for service in SERVICES {
        data.push(database(settings, &service).await);
    }
    if data.iter().all(|one| !matches!(one, Wrong(_))) {
        data.extend(seal(settings).await?);
    }
    findings.extend(data);
    findings.push(running::server(settings, &edge).await?);
    if ledger {
        findings.extend(compare_ledger(settings).await);
    }
    report(&findings)
}

/// Services of their own: whether each is there and ready. What is wrong inside of one says its own
/// `doctor`.
async fn elsewhere(settings: &Settings, ledger: bool) -> Result<(), Trouble> {
    let mut findings = Vec::new();
    for service in SERVICES.map(|service| service.name()) {
        if settings.internal_urls(service)?.is_empty() {
            findings.push(Wrong(format!(
                "{service}.internal_url is not set: `latchkey` cannot reach it"
            )));
        }
        findings.extend(reach_service(settings, service).await);
    }
    let key = operator_key(settings)?;
    let is_usable = !matches!(key, Wrong(_));
    findings.push(key);
    if ledger && is_usable {
        findings.extend(compare_ledger(settings).await);
    }
    report(&findings)
}

/// Whether the operator's key is there, and lies where it should.
fn operator_key(settings: &Settings) -> Result<Finding, Trouble> {
    let Some(key) = settings.secret("operator_key")? else {
        return Ok(Wrong(
            "operator_key is not set (LATCHKEY_OPERATOR_KEY or _FILE): no service would answer"
                .to_owned(),
        ));
    };
    Ok(match OperatorHash::of(&key) {
        Err(fault) => Wrong(fault.to_string()),
        // A key that signs calls is there where a service runs.
        Ok(_) if settings.secret("service_key")?.is_some() => Note(
            "operator_key lies beside the service_key of a service. Whoever reads what that service has \
             can run every command: give services LATCHKEY_OPERATOR_KEY_HASH (or _FILE) instead, run \
             commands where no service runs, and exchange the key (`latchkey secrets \
             --new-operator-key` makes another, and its hash for the services)"
                .to_owned(),
        ),
        Ok(_) => Fine("the operator's key is set".to_owned()),
    })
}

fn folder(edge: &EdgeSettings) -> Finding {
    let path = edge.data_dir.display();
    if let Some(why) = unfinished(&edge.data_dir) {
        return Wrong(why);
    }
    match fs::metadata(&edge.data_dir) {
        Ok(found) if !found.is_dir() => Wrong(format!("{path} is no folder")),
        Ok(found) => match can_write(&edge.data_dir) {
            Err(error) => Wrong(format!("cannot write to the data folder {path}: {error}")),
            Ok(()) if found.permissions().mode() & 0o077 != 0 => Note(format!(
                "others can look into the data folder {path}: chmod 700 keeps them out"
            )),
            Ok(()) => Fine(format!("the data folder {path}")),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let above = edge.data_dir.ancestors().skip(1).find(|one| one.is_dir());
            match can_write(above.unwrap_or_else(|| Path::new("."))) {
                Err(error) => Wrong(format!("cannot make the data folder {path}: {error}")),
                Ok(()) => Note(format!(
                    "the data folder {path} does not exist yet; the first start makes it"
                )),
            }
        }
        Err(error) => Wrong(format!("the data folder {path}: {error}")),
    }
}

/// Makes a file and takes it away: rights, read-only file systems and full disks have no other
/// common test.
fn can_write(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".latchkey-doctor-{}", process::id()));
    File::create_new(&probe)?;
    fs::remove_file(&probe)
}

/// Whether the databases belong together.
fn installation(looks: &Looks, edge: &EdgeSettings) -> Finding {
    let there = looks.allow(Founding::Refused, &edge.data_dir);
    match there.and_then(|()| looks.judged()) {
        Err(trouble) => Wrong(trouble.to_string()),
        Ok(Some(id)) => Fine(format!(
            "all databases are of the installation {}",
            short(id)
        )),
        Ok(None) => {
            Note("the databases do not know each other yet; the next start lets them".to_owned())
        }
    }
}

fn master_key(settings: &Settings, edge: &EdgeSettings, looks: &Looks) -> Result<Finding, Trouble> {
    if let Err(lost) = looks.have_their_key(settings) {
        return Ok(Wrong(lost.to_string()));
    }
    if let Some(text) = settings.secret("master_key")? {
        return Ok(match MasterKey::parse(&text) {
            Ok(_) => Fine("the master key is set".to_owned()),
            Err(fault) => Wrong(fault.to_string()),
        });
    }
    let path = master_key_file(&edge.data_dir);
    let shown = path.display();
    Ok(match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Note(format!(
            "the master key {shown} does not exist yet; the first start makes it"
        )),
        Err(error) => Wrong(format!("cannot read the master key {shown}: {error}")),
        Ok(text) if MasterKey::parse(&Secret::new(text.as_str())).is_err() => {
            Wrong(format!("{shown} holds no master key (32 bytes as base64)"))
        }
        Ok(_) => match fs::metadata(&path).map(|found| found.permissions().mode() & 0o077) {
            Ok(0) => Fine(format!("the master key {shown}")),
            _ => Wrong(format!(
                "others can read the master key {shown}: chmod 600 it"
            )),
        },
    })
}

fn reach(edge: &EdgeSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_local = edge.listen.starts_with("localhost:")
        || edge
            .listen
            .parse::<SocketAddr>()
            .is_ok_and(|address| address.ip().is_loopback());
    match &edge.public_url {
        None if !is_local => findings.push(Note(
            "LATCHKEY_PUBLIC_URL is not set: printed links name the address of the listener"
                .to_owned(),
        )),
        Some(url) if !url.is_https() => findings.push(Note(format!(
            "{} is not https: session cookies travel in the clear",
            url.as_str()
        ))),
        _ => {}
    }
    findings.extend(exposure(edge, true));
    if !edge.limits.are_on {
        findings.push(Note(
            "rate limits are off: passwords may be guessed as fast as the machine can".to_owned(),
        ));
    }
    findings
}

async fn database(settings: &Settings, service: &Service) -> Finding {
    let name = service.name();
    let db = match settings.db_settings(name) {
        Ok(db) => db,
        Err(error) => return Wrong(error.to_string()),
    };
    if let Location::Sqlite(path) = &db.location
        && fs::metadata(path).map_or(true, |file| file.len() == 0)
    {
        return Note(format!(
            "{name}: {} does not exist yet; the first start makes it",
            path.display()
        ));
    }
    let is_sqlite = matches!(db.location, Location::Sqlite(_));
    match Db::pending(&db, service.migrations) {
        Err(fault) => Wrong(format!("{name}: {}", Trouble::from(fault))),
        Ok(0) => match Db::open(&db, &Clock::default()) {
            Ok(db) => takes_changes(&db, name).await,
            Err(fault) => Wrong(format!("{name}: {}", Trouble::from(fault))),
        },
        Ok(_) if is_sqlite => Note(format!(
            "{name}: the next start brings the database up to date"
        )),
        Ok(count) => Wrong(format!(
            "{name}: {count} migrations have not run; run `latchkey migrate`"
        )),
    }
}

/// A key that is none is told above; this is about one that belongs to another database.
async fn seal(settings: &Settings) -> Result<Option<Finding>, Trouble> {
    let Some(text) = master_key_in_force(settings)? else {
        return Ok(None);
    };
    let db = settings.db_settings("invitations")?;
    let is_made = match &db.location {
        Location::Sqlite(path) => path.exists(),
        Location::Postgres(_) => true,
    };
    if !is_made || Db::pending(&db, latchkey_invitations::MIGRATIONS)? > 0 {
        return Ok(None);
    }
    let db = Db::open(&db, &Clock::default())?;
    let looked = latchkey_invitations::look_at_master_key(&db, &MasterKey::parse(&text)?).await;
    Ok(looked
        .err()
        .map(|fault| Wrong(format!("invitations: {}", Trouble::from(fault)))))
}

async fn compare_ledger(settings: &Settings) -> Vec<Finding> {
    let compared = ask_for_ledger(settings).await;
    compared.unwrap_or_else(|trouble| vec![Wrong(trouble.to_string())])
}

/// Asks the program that has the ledger, the running one or this one.
async fn ask_for_ledger(settings: &Settings) -> Result<Vec<Finding>, Trouble> {
    let mut report = None;
    Line::with(settings, Founding::Untouched, async |line| {
        report = Some(line.call("invitations/check-ledger", &()).await?);
        Ok(())
    })
    .await?;
    let report: LedgerReport = serde_json::from_value(report.unwrap_or_default())
        .map_err(|error| Trouble::said(format!("no usable answer from the server: {error}")))?;
    if !report.findings.is_empty() {
        return Ok(report.findings.into_iter().map(Wrong).collect());
    }
    Ok(vec![Fine(format!(
        "the ledger: {} settled uses, each with its person; {} wait to be settled",
        report.settled, report.reserved
    ))])
}
