//! Who is let in where nobody from outside comes: every route of the internal listeners and of the
//! operator's socket, in every spelling of its path, with every credential. The routes are those that
//! the programs say they serve, so that a new one is asked for by itself.

mod bounds;
mod calls;
mod one_process;
mod operator_key;
mod split;

use std::io::{Read, Write};

use latchkey_testing::Backend;
use latchkey_testing::Service;
use latchkey_testing::raw::{Kept, RawAnswer};
use latchkey_testing::stack::{Builder, Stack};
use serde_json::Value;

/// What is said of a refusal.
const REFUSED: &str = "refused where nobody from outside comes";

/// What health and metrics are told at, to anybody.
const OPEN: [&str; 3] = ["/healthz/live", "/healthz/ready", "/metrics"];

/// Whom a route answers.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Audience {
    Anybody,
    Operator,
    Services(Vec<Service>),
}

/// A route that a program says it serves.
#[derive(Debug, Clone)]
struct Route {
    listener: String,
    path: String,
    audience: Audience,
}

/// A stack whose log tells its routes.
fn talkative(backend: Backend) -> Builder {
    Stack::on(backend).env("LATCHKEY_LOG__FORMAT", "json").env(
        "LATCHKEY_LOG__LEVEL",
        "warn,latchkey::access=info,latchkey_common::server=debug",
    )
}

/// The lines of a log with this message.
fn lines(log: &str, message: &str) -> Vec<Value> {
    let lines = log.lines().filter(|line| line.contains(message));
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The routes that a program has told of.
fn told(log: &str) -> Vec<Route> {
    let lines = lines(log, "\"a route\"");
    let route = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        let audience = match text("to").as_str() {
            "anybody" => Audience::Anybody,
            "the operator" => Audience::Operator,
            names => Audience::Services(names.split(", ").map(service).collect()),
        };
        Route {
            listener: text("listener"),
            path: text("path"),
            audience,
        }
    };
    lines.iter().map(route).collect()
}

fn service(name: &str) -> Service {
    let mut all = Service::ALL.into_iter();
    all.find(|service| service.name() == name).unwrap()
}

impl Route {
    /// A request for it, spelled `path`.
    fn request(&self, path: &str, credential: Option<&str>) -> Vec<u8> {
        let method = match self.audience {
            Audience::Anybody => "GET",
            Audience::Operator | Audience::Services(_) => "POST",
        };
        let credential = credential.map_or_else(String::new, |shown| {
            format!("Authorization: Bearer {shown}\r\n")
        });
        // Whoever is let in is told that this is no question. One that nobody reads costs the connection.
        let question = if path == self.path { "[]" } else { "" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: h\r\n{credential}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{question}",
            question.len()
        );
        request.into_bytes()
    }

    /// Asks for it, spelled `path`.
    fn ask<C: Fn() -> S, S: Read + Write>(
        &self,
        line: &mut Kept<C, S>,
        path: &str,
        credential: Option<&str>,
    ) -> RawAnswer {
        line.ask(&self.request(path, credential))
    }
}

/// True for an answer to somebody who was let in, whatever became of the question.
fn is_let_in(answer: &RawAnswer) -> bool {
    ![401, 403, 404].contains(&answer.status) && answer.status < 500
}
