//! How services of their own learn that they belong together: every call between them says, in a header of
//! the question and of the answer, which installation the one who sends it is of, and what he knows of the
//! numbers that he and the other have given out. So nobody has to be there before anybody else, and
//! nothing is asked or answered where databases do not make one installation.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderName, HeaderValue};

use crate::db::Db;
use crate::fault::Fault;
use crate::installation::{Look, Mix, Numbers, judge};

/// `ID NAME=NUMBER …`; `-` for the id of a database that belongs to no installation yet.
pub const INSTALLATION: HeaderName = HeaderName::from_static("x-latchkey-installation");

/// For how long a mix that was heard of keeps a service from being ready: those who ask do so every second.
const REMEMBERED: Duration = Duration::from_secs(10);

/// What this process knows of its installation, and of whom.
pub struct Acquaintance {
    service: &'static str,
    db: OnceLock<Db>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    id: Option<String>,
    given: Numbers,
    known: Numbers,
    /// What the database knows.
    kept: Numbers,
    /// What each said last, when that was found good: most calls say the same as the one before.
    heard: HashMap<&'static str, HeaderValue>,
    mix: Option<Heard>,
}

/// What was wrong last.
struct Heard {
    at: Instant,
    sentence: String,
    /// True when it is for the other side to tell.
    is_the_others: bool,
}

/// What somebody else says.
struct Told {
    id: Option<String>,
    known: Numbers,
}

impl Told {
    fn read(header: &HeaderValue) -> Option<Self> {
        let mut words = header.to_str().ok()?.split(' ');
        let id = words.next().filter(|id| *id != "-").map(str::to_owned);
        let known = words
            .map(|word| {
                let (name, last) = word.split_once('=')?;
                Some((name.to_owned(), last.parse().ok()?))
            })
            .collect::<Option<Numbers>>()?;
        Some(Self { id, known })
    }
}

impl Acquaintance {
    /// For the process of `service`, before its database is open.
    pub fn new(service: &'static str) -> Self {
        Self {
            service,
            db: OnceLock::new(),
            state: Mutex::default(),
        }
    }

    /// From now on it speaks for this database.
    ///
    /// # Errors
    /// `Invalid` with a sentence when it is an older copy than it knows itself.
    pub fn speak_for(&self, db: &Db, look: Look) -> Result<(), Fault> {
        judge(std::slice::from_ref(&look)).map_err(|mix| Fault::invalid(mix.to_string()))?;
        let mut state = self.state();
        state.id = look.id;
        state.kept = look.known.clone();
        state.known = look.known;
        state.known.merge(&look.given);
        state.given = look.given;
        drop(state);
        drop(self.db.set(db.clone()));
        Ok(())
    }

    /// What to say to `other`.
    pub fn told_to(&self, other: &str) -> Option<HeaderValue> {
        self.told(|service| service == other || service == self.service)
    }

    /// What to say to whoever asks.
    pub fn told_to_anybody(&self) -> Option<HeaderValue> {
        self.told(|_| true)
    }

    fn told(&self, of: impl Fn(&str) -> bool) -> Option<HeaderValue> {
        let state = self.state();
        self.db.get()?;
        let concerns = |name: &str| of(name.split('.').next().unwrap_or_default());
        let numbers: Numbers = state
            .known
            .iter()
            .filter(|(name, _)| concerns(name))
            .map(|(name, last)| (name.to_owned(), last))
            .collect();
        let id = state.id.as_deref().unwrap_or("-");
        HeaderValue::from_str(&format!("{id} {numbers}")).ok()
    }

    /// Holds what `other` says against what is known here.
    ///
    /// # Errors
    /// In words for the operator: the two databases do not make one installation.
    pub async fn hear(&self, other: &'static str, header: &HeaderValue) -> Result<(), String> {
        let Some(db) = self.db.get() else {
            return Ok(());
        };
        if self.state().heard.get(other) == Some(header) {
            return Ok(());
        }
        let Some(told) = Told::read(header) else {
            return Err(format!("{other} does not say which installation it is of"));
        };
        self.catch_up(db, &told)
            .await
            .map_err(|fault| fault.to_string())?;
        let judged = {
            let state = self.state();
            let looks = [self.look(&state), look_of(other, &told, &state)];
            judge(&looks).map(|id| id.map(str::to_owned))
        };
        let id = judged.map_err(|mix| self.refuse(other, &mix))?;
        if let Some(id) = id.filter(|_| self.state().id.is_none()) {
            let joined = db.join_as(&id).await.map_err(|fault| fault.to_string())?;
            self.state().id = Some(joined);
        }
        let mut state = self.state();
        // Whoever belongs to none yet has nothing to tell.
        if told.id.is_some() {
            state.known.merge(&told.known);
        }
        state.heard.insert(other, header.clone());
        Ok(())
    }

    /// Reads anew what may have become of the database since it was looked at last, where that matters.
    async fn catch_up(&self, db: &Db, told: &Told) -> Result<(), Fault> {
        let (is_nobodys, is_behind) = {
            let state = self.state();
            let is_behind = told.known.behind(self.service, &state.given).is_some();
            (state.id.is_none(), is_behind)
        };
        if is_nobodys && let Some(id) = db.installation_id().await? {
            // Another replica was faster.
            self.state().id = Some(id);
        }
        if is_behind {
            let given = db.numbers_given().await?;
            self.state().given = given;
        }
        Ok(())
    }

    /// What is wrong, in words. Where it is the other who belongs to nobody, that is for him to tell.
    fn refuse(&self, other: &str, mix: &Mix) -> String {
        let sentence = mix.to_string();
        let mut state = self.state();
        if state
            .mix
            .as_ref()
            .is_none_or(|last| last.sentence != sentence)
        {
            tracing::error!(other, "{sentence}");
        }
        state.mix = Some(Heard {
            at: Instant::now(),
            is_the_others: matches!(mix, Mix::Stranger { .. }) && state.id.is_some(),
            sentence: sentence.clone(),
        });
        sentence
    }

    /// Reads anew what was given out, and keeps what was heard.
    pub async fn keep(&self) -> Result<(), Fault> {
        let Some(db) = self.db.get() else {
            return Ok(());
        };
        let given = db.numbers_given().await?;
        let (known, news) = {
            let mut state = self.state();
            let mut known = state.known.clone();
            known.merge(&given);
            let news = known.beyond(&state.kept);
            state.given = given;
            (known, news)
        };
        if !news.is_empty() {
            db.keep_numbers(&news).await?;
            let mut state = self.state();
            state.kept.merge(&news);
            // Others are told what the database will not forget.
            state.known.merge(&known);
        }
        Ok(())
    }

    /// Whether all that was heard of late makes one installation: readiness.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn is_whole(&self) -> Result<(), Fault> {
        let state = self.state();
        let counts = |mix: &&Heard| !mix.is_the_others && mix.at.elapsed() < REMEMBERED;
        match state.mix.as_ref().filter(counts) {
            Some(mix) => Err(Fault::invalid(mix.sentence.clone())),
            None => Ok(()),
        }
    }

    /// What is here.
    fn look(&self, state: &State) -> Look {
        Look {
            service: self.service,
            place: format!("the database of {}", self.service),
            is_new: state.given.is_unused(),
            id: state.id.clone(),
            given: state.given.clone(),
            known: state.known.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is there. Whether it has given out what is known of it is for its own side to find out, once both
/// belong to one installation: what it tells may be some seconds old. Before that it is asked, so that
/// nobody joins what does not have all that his rows refer to.
fn look_of(other: &'static str, told: &Told, state: &State) -> Look {
    let mut given = told.known.clone();
    let is_new = given.tables(other).all(|(_, last)| last == 0);
    if state.id.is_some() {
        given.merge(&state.known);
    }
    Look {
        service: other,
        place: format!("the database of {other}"),
        is_new,
        id: told.id.clone(),
        given,
        known: told.known.clone(),
    }
}
