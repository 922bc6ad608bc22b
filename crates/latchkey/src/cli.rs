//! The words of the command line.

mod admin;
mod audit;
mod request;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use self::admin::{
    Admin, Change, Choir, Group, Invite, Key, ListInvites, Namespace, Noun, SigningKey, Token,
    User, Who,
};

pub(crate) use self::audit::Audit;
pub(crate) use self::request::Request;

/// A self-hosted community backend that people enter by invitation.
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
    /// Serve everything on one port (the default)
    Serve,
    /// Bring the databases to the shape that this version expects
    Migrate {
        /// Let a database that is an older copy than the others go on behind the numbers that these know
        #[arg(long)]
        accept_older: bool,
    },
    /// Print the settings in force and where each comes from
    Config,
    /// Say in words what is wrong with the settings and with what they point at
    Doctor {
        /// Compare the ledger of invitations with accounts and memberships as well
        #[arg(long)]
        ledger: bool,
    },
    /// Copy the databases of one moment, beside the running server or without it
    Backup {
        /// A folder to make, or one in which a folder named after the time is made
        path: PathBuf,
        /// Keep the master key in it as well: then whoever has the backup has everything
        #[arg(long)]
        with_keys: bool,
    },
    /// Make a data folder of a backup
    Restore {
        /// The backup's folder
        path: PathBuf,
        /// Replace what lies in the data folder
        #[arg(long)]
        force: bool,
    },
    /// Copy all databases from `SQLite` to `PostgreSQL`, with the server stopped; the source stays as it is
    Move {
        /// Where to: one URL, in whose database each service gets a schema, or four, of users, channels,
        /// invitations and discord
        #[arg(long, required = true, num_args = 1.., value_name = "URL")]
        to: Vec<String>,
    },
    /// Ask the running server whether it is ready; the exit status is the answer
    Healthcheck,
    /// Do nothing until the stop is asked for: keeps a container open in which commands are run
    Wait,
    /// Print which service serves which path: the table of the gateway
    Routes {
        /// As the `HTTPRoutes` of a Gateway of Kubernetes
        #[arg(long)]
        http_routes: bool,
    },
    /// Print a page of the manual, or write all of them into a folder
    Man {
        /// Of which command: its words, such as admin user lock; of none, that of `latchkey` itself
        #[arg(conflicts_with = "dir")]
        command: Vec<String>,
        /// The folder, such as /usr/local/share/man/man1
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Print what lets a shell complete the words of this command
    Completions {
        /// Which one
        shell: Shell,
    },
    /// Make the keys and passwords of four separate services, once; what is there stays as it is
    Secrets(Secrets),
    /// Print the services, and behind each whom it asks: for scripts
    #[command(hide = true)]
    Plan,
    /// What an operator does, beside the running server or without it
    Admin(Admin),
}

#[derive(Debug, Args)]
pub(crate) struct Secrets {
    /// The folder; each service's part of it is a folder of its own
    #[arg(long)]
    pub(crate) dir: PathBuf,
    /// The database server for which passwords and URLs are made as well
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) postgres: Option<String>,
    /// How the database URLs ask for TLS
    #[arg(long, value_name = "MODE", requires = "postgres", value_parser = ["disable", "prefer", "require", "verify-ca", "verify-full"])]
    pub(crate) sslmode: Option<String>,
    /// The file with the authorities that sign the database server's certificate, or `system`
    #[arg(long, value_name = "PATH", requires = "sslmode")]
    pub(crate) sslrootcert: Option<String>,
    /// Let every account of the machine read the files: for volumes that one container mounts
    #[arg(long)]
    pub(crate) readable: bool,
    /// Make another operator's key in place of the present one: the services know it by its hash when
    /// they are started again
    #[arg(long)]
    pub(crate) new_operator_key: bool,
}
