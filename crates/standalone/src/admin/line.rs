//! The line to the program that does what the operator asks: the running one through the socket in
//! the data folder; if none is running, this process takes the folder's lock, builds the same
//! services and answers on the same socket, so that there is one way and not two.

use std::path::Path;
use std::time::{Duration, Instant};

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::server::{Edge, OperatorServer};
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

/// Who answers at the other end.
enum Answering {
    /// The running program.
    Running,
    /// This process, for the one command.
    Ourselves(OperatorServer, DataFolder),
}

impl Line {
    /// Finds the running program, or becomes it, and runs `command` with a line to it.
    pub(crate) async fn with(
        settings: &Settings,
        prints_json: bool,
        command: impl AsyncFnOnce(&Self) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let edge = Edge::new(settings.edge()?, Clock::default());
        let path = socket(&edge.settings().data_dir);
        let line = Self {
            client: client(&path)?,
            prints_json,
        };
        match find(settings, &edge, &path).await? {
            Answering::Running => command(&line).await,
            Answering::Ourselves(server, _lock) => server.beside(command(&line)).await?,
        }
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
        let answer = self
            .client
            .post(format!("http://operator/operator/{path}"))
            .json(question)
            .send()
            .await
            .map_err(|error| strange(&error.without_url()))?;
        let is_done = answer.status().is_success();
        let body: Value = answer
            .json()
            .await
            .map_err(|error| strange(&error.without_url()))?;
        if is_done {
            Ok(body)
        } else {
            Err(refusal(&body))
        }
    }
}

async fn find(settings: &Settings, edge: &Edge, path: &Path) -> Result<Answering, Trouble> {
    let folder = &edge.settings().data_dir;
    let since = Instant::now();
    loop {
        if UnixStream::connect(path).await.is_ok() {
            return Ok(Answering::Running);
        }
        if let Some(lock) = DataFolder::lock(folder)? {
            let house = house::build(settings, edge)?;
            let server = OperatorServer::start(path, house.parts.operator, edge)?;
            return Ok(Answering::Ourselves(server, lock));
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

fn client(path: &Path) -> Result<reqwest::Client, Trouble> {
    reqwest::Client::builder()
        .unix_socket(path)
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
