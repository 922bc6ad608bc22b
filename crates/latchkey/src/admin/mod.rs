//! `latchkey admin …`: the same use cases as in the running program, called there. Each command is
//! one request; what it prints stands beside it.

mod choir;
mod discord_link;
mod group;
mod invite;
mod key;
mod line;
mod namespace;
mod signing_key;
mod token;
mod user;

use std::io::Read as _;

use latchkey_common::config::Settings;

use crate::cli::{Admin, Noun};
use latchkey_process::Trouble;

pub(crate) use self::line::{Holder, Line};

/// Runs one command.
pub(crate) async fn run(settings: &Settings, admin: Admin) -> Result<(), Trouble> {
    Line::with(settings, admin.json, async |line| match admin.noun {
        Noun::User(command) => user::run(line, command).await,
        Noun::Invite(command) => invite::run(line, command).await,
        Noun::Group(command) => group::run(line, command).await,
        Noun::Token(command) => token::run(line, command).await,
        Noun::SigningKey(command) => signing_key::run(line, command).await,
        Noun::Key(command) => key::run(line, command).await,
        Noun::Choir(command) => choir::run(line, command).await,
        Noun::Namespace(command) => namespace::run(line, command).await,
    })
    .await
}

/// A secret from stdin. A final newline is no part of it.
fn secret_from_stdin() -> Result<String, Trouble> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Trouble::said(format!("cannot read from stdin: {error}")))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
