//! `latchkey admin …`: the same use cases as in the running program, called there. Each command is
//! one request; what it prints stands beside it.

mod audit;
mod choir;
mod discord_link;
mod group;
mod invite;
mod invite_list;
mod key;
mod line;
mod namespace;
mod request;
mod secret_from_stdin;
mod signing_key;
mod token;
mod user;

use std::env;

use latchkey_common::config::Settings;

use crate::cli::{Admin, Noun};
use crate::installation::Founding;
use latchkey_process::Trouble;

pub(crate) use self::line::{Holder, Line};

/// Runs one command.
pub(crate) async fn run(settings: &Settings, admin: Admin) -> Result<(), Trouble> {
    let outcome = Line::with(settings, Founding::Refused, async |line| match admin.noun {
        Noun::User(command) => user::run(line, command).await,
        Noun::Invite(command) => invite::run(line, command).await,
        Noun::Request(command) => request::run(line, command).await,
        Noun::Group(command) => group::run(line, command).await,
        Noun::Token(command) => token::run(line, command).await,
        Noun::SigningKey(command) => signing_key::run(line, command).await,
        Noun::Key(command) => key::run(line, command).await,
        Noun::Choir(command) => choir::run(line, command).await,
        Noun::Namespace(command) => namespace::run(line, command).await,
        Noun::Audit(wanted) => audit::list(line, wanted).await,
    })
    .await;
    outcome.map_err(or_help)
}

/// Whoever wanted help from a command that takes names was understood to mean somebody called `--help`.
fn or_help(trouble: Trouble) -> Trouble {
    let mut words = env::args_os();
    if words.any(|word| word == "--help" || word == "-h") {
        Trouble::said(format!(
            "{trouble} (--help was taken for a name: `latchkey help admin …` explains the command)"
        ))
    } else {
        trouble
    }
}
