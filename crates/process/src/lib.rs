//! What a service is to whoever runs it, a service as a process of its own, and what every Latchkey
//! program does in the same way: say things, open databases, migrate, ask for health. Which services
//! there are is the plan's to say, and what they do is theirs.

mod cli;
pub mod commands;
pub mod database;
mod finding;
mod identity;
mod installation;
mod output;
mod service;

use std::process::ExitCode;

use latchkey_common::config::Settings;
use latchkey_common::privacy;
use serde_json::json;

use crate::cli::{Cli, Command};
pub use crate::finding::Finding;
pub use crate::output::{
    Trouble, announce, answer, complain, conclude, hand_out, heard, say, speak_json, speaks_json,
    words,
};
pub use crate::service::{Built, Greeting, Peers, Service, Setup};

/// The whole of `main`.
pub fn main(service: &Service) -> ExitCode {
    let program = service.plan.binary();
    if let Err(trouble) = close() {
        complain(&program, &trouble);
        return ExitCode::FAILURE;
    }
    match words::<Cli>(&program) {
        Ok(cli) => conclude(
            &program,
            actix_web::rt::System::new().block_on(run(service, cli)),
        ),
        Err(status) => status,
    }
}

/// Keeps the secrets that this process comes to hold from all others: the first thing that every program does.
///
/// # Errors
/// Where the system does not allow that.
pub fn close() -> Result<(), Trouble> {
    privacy::close().map_err(|error| {
        Trouble::said(format!(
            "this process cannot be kept from being traced and dumped: {error}"
        ))
    })
}

async fn run(service: &Service, cli: Cli) -> Result<(), Trouble> {
    let settings = Settings::of_process(&[service.defaults], cli.config.as_deref())?;
    if cli.json {
        speak_json();
    }
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => commands::serve::serve(service, &settings).await,
        Command::Migrate => {
            let ran = commands::migrate::migrate(&settings, &[*service])?;
            installation::found(service, &settings)?;
            answer(&json!({ "migrations": ran }));
            Ok(())
        }
        Command::Config => {
            commands::config::print(&settings);
            Ok(())
        }
        Command::Doctor => commands::doctor::doctor(service, &settings).await,
        Command::Healthcheck => commands::healthcheck::healthcheck(&settings).await,
    }
}
