//! The words of a service's command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// One service of Latchkey, a self-hosted community backend that people enter by invitation.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Cli {
    /// The configuration file (default: `latchkey.toml` if there is one)
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// Print all of the answer as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve (the default)
    Serve,
    /// Bring the database to the shape that this version expects; replicas may do so at once
    Migrate,
    /// Print the settings in force and where each comes from
    Config,
    /// Say in words what is wrong with the settings and with what they point at
    Doctor,
    /// Ask the running service whether it is ready; the exit status is the answer
    Healthcheck,
}
