//! What the command prints: answers on stdout, trouble on stderr, one sentence each.

use std::io::{self, Write as _};

use latchkey_common::config::ConfigError;
use latchkey_common::fault::Fault;
use latchkey_common::text::{printable, printable_json};
use serde_json::Value;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something is down, wrong or broken. For the operator the source is part of the sentence.
    #[error("{}", in_words(.0))]
    Fault(#[from] Fault),
    /// Anything else, in a sentence.
    #[error("{0}")]
    Said(String),
}

impl Trouble {
    /// A sentence of our own.
    pub fn said(sentence: impl Into<String>) -> Self {
        Self::Said(sentence.into())
    }
}

fn in_words(fault: &Fault) -> String {
    if let Fault::Unavailable {
        what,
        source: Some(source),
    } = fault
    {
        // The client library of PostgreSQL puts its advice on lines of its own.
        let source = source.to_string();
        let words = source.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{what} is unavailable: {words}")
    } else {
        fault.to_string()
    }
}

/// One line on stdout, in which nothing acts on the terminal: strangers' text may be in it. Whoever reads may have seen enough (`latchkey admin … | head`); a server goes
/// on all the same.
pub fn say(line: &str) {
    print(&printable(line));
}

/// [`say`] for an answer that programs read.
pub fn say_json(answer: &Value) {
    print(&printable_json(&answer.to_string()));
}

fn print(line: &str) {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(
                "latchkey",
                &Trouble::said(format!("the answer cannot be printed: {error}")),
            );
        }
        Ok(()) | Err(_) => {}
    }
}

/// One sentence on stderr, in which nothing acts on the terminal. What a file of settings has wrong is shown on
/// lines of its own.
#[expect(clippy::print_stderr, reason = "the command's refusal")]
pub fn complain(program: &str, trouble: &Trouble) {
    let sentence = trouble.to_string();
    let lines: Vec<_> = match trouble {
        Trouble::Config(_) => sentence.lines().map(printable).collect(),
        Trouble::Fault(_) | Trouble::Said(_) => vec![printable(&sentence)],
    };
    eprintln!("{program}: {}", lines.join("\n"));
}
