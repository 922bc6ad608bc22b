//! What the command prints: answers on stdout, trouble on stderr, one sentence each.

use std::io::{self, Write as _};

use latchkey_common::config::ConfigError;
use latchkey_common::fault::Fault;

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

/// One line on stdout. Whoever reads may have seen enough (`latchkey admin … | head`); a server goes
/// on all the same.
pub fn say(line: &str) {
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

/// One line on stderr.
#[expect(clippy::print_stderr, reason = "the command's refusal")]
pub fn complain(program: &str, trouble: &Trouble) {
    eprintln!("{program}: {trouble}");
}
