//! The line to the program that does what the operator asks: the running one through the socket in
//! the data folder; if none is running, this process takes the folder's lock, builds the same
//! services and answers on the same socket, so that there is one way and not two.

use std::path::Path;
use std::time::{Duration, Instant};

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::server::{Edge, OperatorServer};
use reqwest::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::UnixStream;

use crate::data_folder::{DataFolder, socket};
use crate::house;
use crate::output::{Trouble, say};

/// How long to try while another process holds the lock but does not answer: it is starting or
/// stopping.
const STARTING: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// How long a command may take; the slowest hashes a password.
const PATIENCE: Duration = Duration::from_mins(1);

/// An open line.
pub(crate) struct Line {
    client: reqwest::Client,
    prints_json: bool,
}

/// Who has the data folder.
pub(crate) enum Holder {
    /// The running program, at the other end of this line.
    Running(Line),
    /// Nobody but this process, from now on.
    Ourselves(DataFolder),
}

impl Line {
    /// Finds the running program, or becomes it, and runs `command` with a line to it.
    pub(crate) async fn with(
        settings: &Settings,
        prints_json: bool,
        command: impl AsyncFnOnce(&Self) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let edge = Edge::new(settings.edge()?, Clock::default());
        let folder = &edge.settings().data_dir;
        match Self::holder(folder, prints_json).await? {
            Holder::Running(line) => command(&line).await,
            Holder::Ourselves(_lock) => {
                let house = house::build(settings, &edge)?;
                let path = socket(folder);
                let server = OperatorServer::start(&path, house.parts.operator, &edge)?;
                let line = Self::to(&path, prints_json)?;
                server.beside(command(&line)).await?
            }
        }
    }

    /// Finds the running program, or takes the folder's lock.
    pub(crate) async fn holder(folder: &Path, prints_json: bool) -> Result<Holder, Trouble> {
        let path = socket(folder);
        let since = Instant::now();
        loop {
            if UnixStream::connect(&path).await.is_ok() {
                return Ok(Holder::Running(Self::to(&path, prints_json)?));
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

    fn to(path: &Path, prints_json: bool) -> Result<Self, Trouble> {
        Ok(Self {
            client: client(path)?,
            prints_json,
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
        let answer = self.call(path, question).await?;
        self.print(answer, words)
    }

    /// Prints an answer: all of it as JSON if that is wanted, otherwise what `words` makes of it.
    pub(crate) fn print<A: DeserializeOwned>(
        &self,
        answer: Value,
        words: impl FnOnce(&A) -> Vec<String>,
    ) -> Result<(), Trouble> {
        if self.prints_json {
            say(&answer.to_string());
        } else {
            let answer = serde_json::from_value(answer).map_err(|error| strange(&error))?;
            for line in words(&answer) {
                say(&line);
            }
        }
        Ok(())
    }

    /// True when all of the answer is wanted as JSON.
    pub(crate) const fn prints_json(&self) -> bool {
        self.prints_json
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
        let answer = self
            .client
            .post(format!("http://operator/operator/{path}"))
            .json(question)
            .send()
            .await
            .map_err(|error| strange(&error.without_url()))?;
        let status = answer.status();
        let body: Value = answer
            .json()
            .await
            .map_err(|error| strange(&error.without_url()))?;
        Ok((status, body))
    }
}

fn client(path: &Path) -> Result<reqwest::Client, Trouble> {
    reqwest::Client::builder()
        .unix_socket(path)
        .tls_certs_only([])
        .timeout(PATIENCE)
        .build()
        .map_err(|error| strange(&error))
}

fn refusal(body: &Value) -> Trouble {
    let sentence = body.get("error").and_then(Value::as_str);
    Trouble::said(sentence.unwrap_or("the server refused without saying why"))
}

fn strange(error: &impl std::error::Error) -> Trouble {
    Trouble::said(format!("no usable answer from the server: {error}"))
}
