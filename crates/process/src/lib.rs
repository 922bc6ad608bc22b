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

use clap::Parser as _;
use latchkey_common::config::Settings;

use crate::cli::{Cli, Command};
pub use crate::finding::Finding;
pub use crate::output::{Trouble, complain, say, say_json};
pub use crate::service::{Built, Greeting, Peers, Service, Setup};

/// The whole of `main`.
pub fn main(service: &Service) -> ExitCode {
    let cli = Cli::parse();
    match actix_web::rt::System::new().block_on(run(service, cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            complain(&service.plan.binary(), &trouble);
            ExitCode::FAILURE
        }
    }
}

async fn run(service: &Service, cli: Cli) -> Result<(), Trouble> {
    let settings = Settings::of_process(&[service.defaults], cli.config.as_deref())?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => commands::serve::serve(service, &settings).await,
        Command::Migrate => {
            commands::migrate::migrate(&settings, &[*service])?;
            installation::found(service, &settings)
        }
        Command::Config => {
            commands::config::print(&settings);
            Ok(())
        }
        Command::Doctor => commands::doctor::doctor(service, &settings).await,
        Command::Healthcheck => commands::healthcheck::healthcheck(&settings).await,
    }
}
