//! The installation that the databases of this process make: looked at before anything is changed, made
//! together, and kept from giving a number out twice.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::{Data, Json};
use latchkey_common::config::Settings;
use latchkey_common::db::Db;
use latchkey_common::fault::Fault;
use latchkey_common::installation::{Look, Mix, Numbers, judge, new_id};
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use latchkey_process::{Service, Trouble};

use crate::data_folder::{master_key_file, master_key_in_force};
use crate::services::SERVICES;

/// Whether a command may begin an installation where none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Founding {
    /// Whoever serves or migrates means to.
    Allowed,
    /// Every other command is about one that is there.
    Refused,
    /// The same, and what is there is looked at and not touched.
    Untouched,
}

/// What was found in all databases, in the order of the plan.
pub(crate) struct Looks(Vec<Look>);

impl Looks {
    /// Looks, and changes nothing.
    pub(crate) fn at(settings: &Settings) -> Result<Self, Trouble> {
        let look = |service: &Service| {
            let name = service.name();
            let looked = Db::look_at_installation(&settings.db_settings(name)?, service.refers);
            looked.map_err(|fault| {
                Trouble::said(format!("the database of {name}: {}", Trouble::from(fault)))
            })
        };
        let looks = SERVICES.iter().map(look);
        Ok(Self(looks.collect::<Result<_, Trouble>>()?))
    }

    /// True when nothing has ever been in any of them.
    pub(crate) fn are_new(&self) -> bool {
        self.0.iter().all(|look| look.is_new)
    }

    /// The installation that they make, if they make one yet.
    pub(crate) fn judged(&self) -> Result<Option<&str>, Trouble> {
        judge(&self.0).map_err(|mix| Trouble::said(mix.to_string()))
    }

    /// Asks for an installation, unless one may be made.
    pub(crate) fn allow(&self, founding: Founding, folder: &Path) -> Result<(), Trouble> {
        if founding == Founding::Allowed || !self.are_new() {
            return Ok(());
        }
        Err(Trouble::said(format!(
            "no installation is in the data folder {}: name the folder of yours with LATCHKEY_DATA_DIR (or \
             data_dir), or make a new one here with `latchkey serve` (on PostgreSQL `latchkey migrate` first)",
            folder.display()
        )))
    }

    /// Asks for the master key beside databases in which something may be sealed under it.
    pub(crate) fn have_their_key(&self, settings: &Settings) -> Result<(), Trouble> {
        if self.are_new() || master_key_in_force(settings)?.is_some() {
            return Ok(());
        }
        let file = master_key_file(&settings.edge()?.data_dir);
        Err(Trouble::said(format!(
            "the master key {} is missing, and what the databases hold is sealed under it; with another one \
             invitations and tokens could not be opened: bring it back from where you keep it (mode 0600, a \
             backup made --with-keys has it as master.key), or set LATCHKEY_MASTER_KEY",
            file.display()
        )))
    }

    /// Everything that one of them knows.
    fn known(&self) -> Numbers {
        let mut known = Numbers::default();
        for look in &self.0 {
            known.merge(&look.given);
            known.merge(&look.known);
        }
        known
    }
}

/// Makes the databases, which have their tables, one installation: the one that they are, or a new one.
/// Each is told what all have given out. What breaks off half way is gone on with at the next start.
pub(crate) fn join(settings: &Settings) -> Result<(), Trouble> {
    let looks = Looks::at(settings)?;
    let mut id = looks.judged()?.map_or_else(new_id, str::to_owned);
    for (nth, look) in looks.0.iter().enumerate() {
        if look.id.is_some() {
            continue;
        }
        let joined = Db::join_installation(&settings.db_settings(look.service)?, &id)?;
        // Of two that make one at the same time, the one that came to the first database does.
        if nth == 0 {
            id = joined;
        }
    }
    let looks = Looks::at(settings)?;
    // Another process may have come between.
    looks.judged().map(|_id| ())?;
    let known = looks.known();
    for look in &looks.0 {
        let news = known.beyond(&look.known);
        if !news.is_empty() {
            Db::note_numbers(&settings.db_settings(look.service)?, &news)?;
        }
    }
    Ok(())
}

/// Lets copies that are older than the others go on behind the numbers that the others know of. Answers a
/// sentence for each.
pub(crate) fn accept_older(settings: &Settings) -> Result<Vec<String>, Trouble> {
    let mut said = Vec::new();
    // One at most of each.
    for _each in SERVICES {
        let looks = Looks::at(settings)?;
        let Err(Mix::Older { place, .. }) = judge(&looks.0) else {
            break;
        };
        let behind = looks.0.iter().find(|look| look.place == place);
        let Some(look) = behind else { break };
        let db = settings.db_settings(look.service)?;
        Db::raise_numbers(&db, &looks.known())?;
        said.push(format!(
            "{}: older than the others, and goes on behind their numbers",
            look.service
        ));
    }
    Ok(said)
}

/// The path of the call that lets databases know at once.
pub(crate) const KEEP: &str = "installation/keep";

/// The operator's call.
pub(crate) fn route(keeper: &Arc<Keeper>) -> InternalRoute {
    InternalRoute::operator("installation", "keep", keep).with(Data::from(Arc::clone(keeper)))
}

async fn keep(_: OperatorCaller, keeper: Data<Keeper>) -> Result<Json<()>, OperatorError> {
    Ok(Json(keeper.keep().await?))
}

/// How long the last telling may take.
const LAST: Duration = Duration::from_secs(2);

/// Lets every database know what the others have given out.
pub(crate) struct Keeper {
    databases: Vec<Db>,
    /// What all of them know.
    told: Mutex<Numbers>,
}

impl Keeper {
    pub(crate) fn over(databases: Vec<Db>) -> Self {
        Self {
            databases,
            told: Mutex::default(),
        }
    }

    /// Tells what is new. On `PostgreSQL` the owner itself takes note first: what is told to others must
    /// not be forgotten by a server that dies, and a sequence alone may be.
    pub(crate) async fn keep(&self) -> Result<(), Fault> {
        let mut known = self.told();
        for database in &self.databases {
            let given = database.numbers_given().await?;
            let news = given.beyond(&known);
            if database.has_many_writers() && !news.is_empty() {
                database.keep_numbers(&news).await?;
            }
            known.merge(&given);
        }
        let news = known.beyond(&self.told());
        if news.is_empty() {
            return Ok(());
        }
        for database in &self.databases {
            database.keep_numbers(&news).await?;
        }
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    /// Tells it a last time, when nothing more is given out. A database that is down keeps nobody from stopping.
    pub(crate) async fn keep_last(&self) {
        match tokio::time::timeout(LAST, self.keep()).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::warn!(%fault, "databases were not told of the last numbers"),
            Err(_) => tracing::warn!("databases were not told of the last numbers in time"),
        }
    }

    fn told(&self) -> Numbers {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.clone()
    }
}
