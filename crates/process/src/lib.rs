//! A service as a process of its own, and what every Latchkey program does in the same way: say
//! things, open databases, migrate, ask for health. Which services there are and what they do does
//! not belong here.

mod cli;
pub mod commands;
pub mod database;
mod identity;
mod output;
mod start;

use std::process::ExitCode;

use clap::Parser as _;
use latchkey_common::config::Settings;
use latchkey_common::db::Migrations;
use latchkey_common::server::Parts;

use crate::cli::{Cli, Command};
use crate::commands::doctor::Finding;
pub use crate::output::{Trouble, complain, say};
pub use crate::start::Start;

/// What a service is, to whoever runs it as a process.
pub struct Service {
    /// Its name, which is the name of its table of settings too.
    pub name: &'static str,
    /// The compiled-in settings of that table.
    pub defaults: &'static str,
    /// What brings its database to the shape that it expects.
    pub migrations: Migrations,
    /// The services that may call it.
    pub callers: &'static [&'static str],
    /// The services that it calls.
    pub calls: &'static [&'static str],
    /// True when it seals what it stores: then it must be given the master key.
    pub seals: bool,
    /// What is to be said of its own table of settings.
    pub doctor: fn(&Settings) -> Vec<Finding>,
    /// Puts the service together.
    pub build: fn(&Start<'_>) -> Result<Parts, Trouble>,
}

/// The whole of `main`.
pub fn main(service: &Service) -> ExitCode {
    let cli = Cli::parse();
    match actix_web::rt::System::new().block_on(run(service, cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            complain(&format!("latchkey-{}", service.name), &trouble);
            ExitCode::FAILURE
        }
    }
}

async fn run(service: &Service, cli: Cli) -> Result<(), Trouble> {
    let settings = Settings::of_process(&[service.defaults], cli.config.as_deref())?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => commands::serve::serve(service, &settings).await,
        Command::Migrate => {
            commands::migrate::migrate(&settings, &[(service.name, service.migrations)])
        }
        Command::Config => {
            commands::config::print(&settings);
            Ok(())
        }
        Command::Doctor => commands::doctor::doctor(service, &settings).await,
        Command::Healthcheck => commands::healthcheck::healthcheck(&settings).await,
    }
}
