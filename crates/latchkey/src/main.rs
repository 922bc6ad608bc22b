//! The command `latchkey`: everything in one process on one port, and what an operator does with
//! it. Rules belong into the services; here they are put together and called.

mod admin;
mod backup;
mod cli;
mod commands;
mod data_folder;
mod house;
mod installation;
mod kept;
mod process;
mod routes;
mod secrets;
mod services;
mod span;
mod writers;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use latchkey_process::{Trouble, close, complain, conclude, speak_json, words};

/// What stands before every complaint.
pub(crate) const PROGRAM: &str = "latchkey";

fn main() -> ExitCode {
    if let Err(trouble) = close() {
        complain(PROGRAM, &trouble);
        return ExitCode::FAILURE;
    }
    match words::<Cli>(PROGRAM) {
        Ok(cli) => conclude(PROGRAM, actix_web::rt::System::new().block_on(run(cli))),
        Err(status) => status,
    }
}

async fn run(cli: Cli) -> Result<(), Trouble> {
    let settings = || house::settings(cli.config.as_deref());
    if cli.json {
        speak_json();
    }
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => commands::serve::serve(&settings()?).await,
        Command::Migrate { accept_older } => commands::migrate::migrate(&settings()?, accept_older),
        Command::Config => {
            latchkey_process::commands::config::print(&settings()?);
            Ok(())
        }
        Command::Doctor { ledger } => commands::doctor::doctor(&settings()?, ledger).await,
        Command::Backup { path, with_keys } => {
            commands::backup::backup(&settings()?, &path, with_keys).await
        }
        Command::Restore { path, force } => commands::restore::restore(&settings()?, &path, force),
        Command::Move { to } => commands::relocate::relocate(&settings()?, &to).await,
        Command::Healthcheck => {
            latchkey_process::commands::healthcheck::healthcheck(&settings()?).await
        }
        Command::Wait => commands::wait::wait().await,
        Command::Routes { http_routes } => {
            commands::routes::routes(http_routes);
            Ok(())
        }
        Command::Man { command, dir } => commands::man::man(&command, dir.as_deref()),
        Command::Completions { shell } => commands::completions::completions(shell),
        // It makes what settings will name, so it reads none.
        Command::Secrets(wanted) => commands::secrets::secrets(&wanted),
        Command::Plan => {
            commands::plan::plan();
            Ok(())
        }
        Command::Admin(admin) => admin::run(&settings()?, admin).await,
    }
}
