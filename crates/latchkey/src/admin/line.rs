//! The line to the program that does what the operator asks: the running one through the socket in
//! the data folder; if none is running, this process takes the folder's lock, builds the same
//! services and answers on the same socket, so that there is one way and not two. Services of their
//! own are asked on their internal listeners, with the operator's key.

use std::path::Path;
use std::time::{Duration, Instant};

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::secret::Secret;
use latchkey_common::server::{Edge, OperatorServer, ShortPath};
use latchkey_peers::plan::Service;
use reqwest::{ClientBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::data_folder::{DataFolder, is_answered, socket};
use crate::house;
use crate::installation::{Founding, KEEP, Looks};
use latchkey_process::{Trouble, answer, say, speaks_json};

/// How long to try while another process holds the lock but does not answer: it is starting or
/// stopping.
const STARTING: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// How long a command may take; the slowest hashes a password.
const PATIENCE: Duration = Duration::from_mins(1);

/// An open line.
pub(crate) struct Line {
    client: reqwest::Client,
    /// What the client connects to, each time by its path.
    _socket: Option<ShortPath>,
    far: Option<Far>,
}

/// Services of their own.
struct Far {
    /// Where each of them answers, replica by replica.
    urls: Vec<(Service, Vec<String>)>,
    key: Secret,
}

/// Who has the data folder.
pub(crate) enum Holder {
    /// The running program, at the other end of this line.
    Running(Line),
    /// Nobody but this process, from now on.
    Ourselves(DataFolder),
}

impl Line {
    /// Finds the running program, or becomes it, and runs `command` with a line to it. Nothing is made
    /// where no installation is, unless `founding` allows it.
    pub(crate) async fn with(
        settings: &Settings,
        founding: Founding,
        command: impl AsyncFnOnce(&Self) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        if house::is_split(settings)? {
            let line = Self {
                client: build(client())?,
                _socket: None,
                far: Some(Far::of(settings)?),
            };
            return command(&line).await;
        }
        let edge = Edge::new(settings.edge()?, Clock::default());
        let folder = &edge.settings().data_dir;
        if !DataFolder::was_ever_used(folder) {
            let looks = Looks::at(settings)?;
            looks.allow(founding, folder)?;
            looks.have_their_key(settings)?;
        }
        match Self::holder(folder).await? {
            Holder::Running(line) => {
                command(&line).await?;
                if founding != Founding::Untouched {
                    // Nobody else may have heard of what was made. What is not told now is told soon.
                    drop(line.call(KEEP, &()).await);
                }
                Ok(())
            }
            Holder::Ourselves(_lock) => {
                let house = house::build(settings, &edge, founding)?;
                let path = socket(folder);
                let server = OperatorServer::start(&path, house.parts.internal, &edge)?;
                let line = Self::to(&path)?;
                let outcome = server.beside(command(&line)).await?;
                if founding != Founding::Untouched {
                    house.keeper.keep_last().await;
                }
                outcome
            }
        }
    }

    /// Finds the running program, or takes the folder's lock.
    pub(crate) async fn holder(folder: &Path) -> Result<Holder, Trouble> {
        let path = socket(folder);
        let since = Instant::now();
        loop {
            if is_answered(folder).await {
                return Ok(Holder::Running(Self::to(&path)?));
            }
            if let Some(lock) = DataFolder::lock(folder)? {
                return Ok(Holder::Ourselves(lock));
            }
            if since.elapsed() > STARTING {
                return Err(Trouble::said(format!(
                    "another process holds the data folder {} but does not answer on {}",
                    folder.display(),
                    path.display()
                )));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn to(path: &Path) -> Result<Self, Trouble> {
        let path = ShortPath::of(path)
            .map_err(|error| Trouble::said(format!("{}: {error}", path.display())))?;
        Ok(Self {
            client: build(client().unix_socket(path.as_ref()))?,
            _socket: Some(path),
            far: None,
        })
    }

    /// Asks one question and prints the answer: all of it as JSON if that is wanted, otherwise what
    /// `words` makes of it.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        words: impl FnOnce(&A) -> Vec<String>,
    ) -> Result<(), Trouble> {
        let found = self.call(path, question).await?;
        Self::print(found, words)
    }

    /// Prints an answer: all of it as JSON if that is wanted, otherwise what `words` makes of it.
    pub(crate) fn print<A: DeserializeOwned>(
        found: Value,
        words: impl FnOnce(&A) -> Vec<String>,
    ) -> Result<(), Trouble> {
        if speaks_json() {
            answer(&found);
        } else {
            let answer = serde_json::from_value(found).map_err(|error| strange(&error))?;
            for line in words(&answer) {
                say(&line);
            }
        }
        Ok(())
    }

    /// Asks one question.
    pub(crate) async fn call(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<Value, Trouble> {
        match self.send(path, question).await? {
            (status, body) if status.is_success() => Ok(body),
            (_, body) => Err(refusal(&body)),
        }
    }

    /// Asks one question; `None` when nothing has that name.
    pub(crate) async fn find(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<Option<Value>, Trouble> {
        match self.send(path, question).await? {
            (status, body) if status.is_success() => Ok(Some(body)),
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (_, body) => Err(refusal(&body)),
        }
    }

    async fn send(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<(StatusCode, Value), Trouble> {
        let answer = match &self.far {
            None => self.post("http://operator", path, question, None).await,
            Some(far) => self.post_far(far, path, question).await?,
        };
        let answer = answer.map_err(|error| strange(&error.without_url()))?;
        let status = answer.status();
        let body: Value = answer
            .json()
            .await
            .map_err(|error| strange(&error.without_url()))?;
        Ok((status, body))
    }

    async fn post(
        &self,
        base: &str,
        path: &str,
        question: &impl Serialize,
        key: Option<&Secret>,
    ) -> reqwest::Result<Response> {
        let mut request = self
            .client
            .post(format!("{base}/operator/{path}"))
            .json(question);
        if let Some(key) = key {
            request = request.bearer_auth(key.expose());
        }
        request.send().await
    }

    /// Asks the replicas in turn until one takes the question. One that was reached is the last: it
    /// may have done what was asked.
    async fn post_far(
        &self,
        far: &Far,
        path: &str,
        question: &impl Serialize,
    ) -> Result<reqwest::Result<Response>, Trouble> {
        let (service, urls) = far.serving(path);
        let mut last = None;
        for url in urls {
            let answer = self.post(url, path, question, Some(&far.key)).await;
            match answer {
                Err(error) if error.is_connect() => last = Some(Err(error)),
                answer => return Ok(answer),
            }
        }
        last.ok_or_else(|| Trouble::said(format!("{service}.internal_url is not set")))
    }
}

impl Far {
    fn of(settings: &Settings) -> Result<Self, Trouble> {
        let key = settings.secret("operator_key")?.ok_or_else(|| {
            Trouble::said(
                "operator_key is not set (LATCHKEY_OPERATOR_KEY or _FILE): no service would answer",
            )
        })?;
        let mut urls = Vec::new();
        for service in Service::ALL {
            urls.push((service, settings.internal_urls(service.name())?));
        }
        Ok(Self { urls, key })
    }

    /// Which service answers this call, and where: the one that its first word names. Those of
    /// invitations have a word for each kind.
    fn serving(&self, path: &str) -> (&'static str, &[String]) {
        let noun = path.split('/').next().unwrap_or_default();
        let mut services = Service::ALL.into_iter();
        let wanted = services.find(|service| service.name() == noun);
        let wanted = wanted.unwrap_or(Service::Invitations);
        let found = self.urls.iter().find(|(service, _)| *service == wanted);
        let urls = found.map_or(&[][..], |(_, urls)| urls);
        (wanted.name(), urls)
    }
}

fn client() -> ClientBuilder {
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .timeout(PATIENCE)
}

fn build(client: ClientBuilder) -> Result<reqwest::Client, Trouble> {
    client.build().map_err(|error| strange(&error))
}

fn refusal(body: &Value) -> Trouble {
    let sentence = body.get("error").and_then(Value::as_str);
    Trouble::said(sentence.unwrap_or("the server refused without saying why"))
}

fn strange(error: &impl std::error::Error) -> Trouble {
    Trouble::said(format!("no usable answer from the server: {error}"))
}
