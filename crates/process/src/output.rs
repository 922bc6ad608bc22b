//! What the command prints: answers on stdout, trouble on stderr, one sentence each.

use std::io::{self, IsTerminal as _, Write as _};
use std::mem;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;
use clap::error::ErrorKind;
use latchkey_common::config::ConfigError;
use latchkey_common::fault::Fault;
use latchkey_common::text::{printable, printable_json};
use parking_lot::{Mutex, const_mutex};
use serde_json::{Value, json};

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

/// How printing went so far.
enum Printed {
    /// All of it.
    All,
    /// Not all: why, and the last line so far, which is the answer of most commands.
    NotAll(io::Error, String),
    /// Not all, and that was told. The buffer of stdout keeps what it has, and would be refused again.
    Told,
}

/// Nothing is printed after the first failure, so that no answer has a hole.
static PRINTED: Mutex<Printed> = const_mutex(Printed::All);

/// Whether a program reads the answer.
static IS_FOR_PROGRAMS: AtomicBool = AtomicBool::new(false);

/// From now on answers are JSON.
pub fn speak_json() {
    IS_FOR_PROGRAMS.store(true, Ordering::Relaxed);
}

/// True where a program reads the answer.
pub fn speaks_json() -> bool {
    IS_FOR_PROGRAMS.load(Ordering::Relaxed)
}

/// One line for people on stdout, in which nothing acts on the terminal: strangers' text may be in it. The work goes
/// on where it cannot be printed, and [`heard`] tells. Programs are told by [`answer`].
pub fn say(line: &str) {
    if !speaks_json() {
        print(&printable(line));
    }
}

/// All of the answer, once, where a program reads it. People are told by [`say`].
pub fn answer(answer: &Value) {
    if speaks_json() {
        print(&printable_json(&answer.to_string()));
    }
}

/// What a server says while it runs, a line at a time, to people and programs alike.
pub fn announce(line: &str) {
    if speaks_json() {
        answer(&json!({ "said": line }));
    } else {
        say(line);
    }
}

/// A text of our own that other programs read as it stands, such as a table of paths or a page of the manual.
pub fn hand_out(text: &str) {
    print(text.trim_end());
}

fn print(line: &str) {
    let mut printed = PRINTED.lock();
    match &mut *printed {
        Printed::All => {
            if let Err(error) = writeln!(io::stdout(), "{line}") {
                *printed = Printed::NotAll(error, line.to_owned());
            }
        }
        Printed::NotAll(_, last) => line.clone_into(last),
        Printed::Told => {}
    }
}

/// Whether everything that was said so far was printed. Whoever closed the pipe has seen enough (`latchkey admin … |
/// head`). Told once.
///
/// # Errors
/// A sentence; to a person at a terminal it shows the last line, which may be a secret that is not shown again.
pub fn heard() -> Result<(), Trouble> {
    let mut printed = PRINTED.lock();
    if let Printed::All = &*printed
        && let Err(error) = io::stdout().flush()
    {
        *printed = Printed::NotAll(error, String::new());
    }
    if let Printed::All = &*printed {
        return Ok(());
    }
    let Printed::NotAll(error, line) = mem::replace(&mut *printed, Printed::Told) else {
        return Ok(());
    };
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    let rest = if line.is_empty() || !io::stderr().is_terminal() {
        "what was asked for is done, and a secret in the answer is not shown again".to_owned()
    } else {
        format!("its last line is {line}")
    };
    Err(Trouble::said(format!(
        "the answer cannot be printed: {error}; {rest}"
    )))
}

/// One sentence on stderr, in which nothing acts on the terminal. What a file of settings has wrong is shown on
/// lines of its own. Where stderr cannot be written either, the status alone tells.
pub fn complain(program: &str, trouble: &Trouble) {
    let sentence = trouble.to_string();
    let lines: Vec<_> = match trouble {
        Trouble::Config(_) => sentence.lines().map(printable).collect(),
        Trouble::Fault(_) | Trouble::Said(_) => vec![printable(&sentence)],
    };
    drop(writeln!(io::stderr(), "{program}: {}", lines.join("\n")));
}

/// The words of the command line.
///
/// # Errors
/// The status to end with, when help was asked for or the words make no sense; that is said then.
pub fn words<C: Parser>(program: &str) -> Result<C, ExitCode> {
    C::try_parse().map_err(|said| {
        let printed = said.print().and_then(|()| io::stdout().flush());
        if said.kind() == ErrorKind::MissingRequiredArgument {
            let tip = "a name that is spelt like an option stands behind two hyphens: -- --json";
            complain(program, &Trouble::said(tip));
        }
        match printed {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let sentence = format!("the answer cannot be printed: {error}");
                complain(program, &Trouble::said(sentence));
                ExitCode::FAILURE
            }
            Ok(()) | Err(_) => ExitCode::from(u8::try_from(said.exit_code()).unwrap_or(1)),
        }
    })
}

/// How the program ends: whatever went wrong is said, each thing once.
pub fn conclude(program: &str, outcome: Result<(), Trouble>) -> ExitCode {
    let troubles = [outcome.err(), heard().err()];
    let mut status = ExitCode::SUCCESS;
    for trouble in troubles.into_iter().flatten() {
        complain(program, &trouble);
        status = ExitCode::FAILURE;
    }
    status
}
