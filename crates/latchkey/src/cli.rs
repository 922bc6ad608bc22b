//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A self-hosted community backend that people enter by invitation.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Cli {
    /// The configuration file (default: `latchkey.toml` if there is one)
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
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

#[derive(Debug, Args)]
pub(crate) struct Admin {
    /// Print all of the answer as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) noun: Noun,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// Accounts
    #[command(subcommand)]
    User(User),
    /// Registration invitations and the ledger
    #[command(subcommand)]
    Invite(Invite),
    /// Groups
    #[command(subcommand)]
    Group(Group),
    /// Credentials for the other contracts
    #[command(subcommand)]
    Token(Token),
    /// The keys that sign tokens
    #[command(subcommand)]
    SigningKey(SigningKey),
    /// Keys of the choir contract
    #[command(subcommand)]
    Key(Key),
    /// Choir invitations, and who may make keys for them
    #[command(subcommand)]
    Choir(Choir),
    /// Namespaces
    #[command(subcommand)]
    Namespace(Namespace),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Namespace {
    /// Make a namespace, and what is missing above it; prints its number
    Create {
        /// A username
        #[arg(long)]
        owner: String,
        /// Names with slashes between
        #[arg(long)]
        path: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account; without --password-stdin it gets a random password, which is printed
    Create {
        #[arg(long)]
        username: String,
        #[arg(long)]
        email: Option<String>,
        #[arg(long)]
        super_user: bool,
        #[arg(long)]
        password_stdin: bool,
    },
    /// Make somebody a super user
    Promote { username: String },
    /// Make a super user an ordinary one
    Demote { username: String },
    /// Set somebody's e-mail address
    SetEmail { username: String, email: String },
    /// Print everything known of an account, all ids included
    Show { username: String },
    /// Print an account's UUID
    Uuid { username: String },
    /// Shut somebody out: all sessions end, and invitations that they made
    Lock { username: String },
    /// Let somebody in again
    Unlock { username: String },
    /// List all accounts
    List,
    /// Set somebody's password and end all sessions; random without --password-stdin
    SetPassword {
        username: String,
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Invite {
    /// Make a registration link
    Create {
        /// For how many people
        #[arg(long, default_value_t = 1)]
        uses: i64,
        /// Seconds until it ends
        #[arg(long, value_name = "S", allow_negative_numbers = true)]
        expires_in: Option<i64>,
        /// The accounts become super users
        #[arg(long)]
        super_user: bool,
    },
    /// Tell the story of an invitation or a Discord link: any id that a contract shows, or `-` and a
    /// registration token on stdin
    Show {
        // A token may begin with a hyphen.
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Print who invited somebody, and everybody who came because of them
    Tree { username: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Make a group; prints its UUID
    Create {
        /// The username of its first admin
        #[arg(long)]
        owner: String,
        #[arg(long)]
        name: String,
    },
    /// Put somebody into a group
    AddMember {
        /// The group's UUID or name
        group: String,
        username: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Print a bearer token for the group contract
    Bearer {
        username: String,
        /// Seconds it lives; not above zero makes one that is over already
        #[arg(long, value_name = "S", allow_negative_numbers = true)]
        expires_in: Option<i64>,
    },
    /// Print an `rds-session` for the Discord contract
    RdsSession {
        username: String,
        /// Seconds it lives; not above zero makes one that is over already
        #[arg(long, value_name = "S", allow_negative_numbers = true)]
        expires_in: Option<i64>,
    },
    /// Make an API token for the namespace contract and print it, this once
    Api {
        username: String,
        /// Words such as invite:read, separated by commas; '' for none
        #[arg(long, value_name = "A,B")]
        scopes: String,
        /// What it is called in its owner's list
        #[arg(long, default_value = "by the operator")]
        name: String,
        /// Seconds it lives; without, as long as the settings let it
        #[arg(long, value_name = "S", allow_negative_numbers = true)]
        expires_in: Option<i64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SigningKey {
    /// List them, oldest first: the one that signs, and the one that is published to sign next
    List,
    /// Publish a new key; it signs when everybody knows it (`users.signing_key_lead_s`), and tokens under
    /// the old one stay good until they end
    Rotate,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key and print it, this once
    Choir {
        /// What it is called in the list
        #[arg(long, default_value = "by the operator")]
        name: String,
    },
    /// List the keys that are alive, newest first: number, time, name, owner
    List,
    /// End a key; it works at once
    Revoke {
        #[arg(allow_negative_numbers = true)]
        id: i64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Choir {
    /// Let somebody make keys on the page /keys
    Whitelist {
        username: String,
        /// Take them off the list; keys that they made stay good
        #[arg(long)]
        remove: bool,
    },
    /// Make an invitation and print its id
    Invite {
        /// A user id of the choir platform
        #[arg(long)]
        creator: String,
        /// An e-mail address
        #[arg(long)]
        invitee: String,
        /// A choir id of the choir platform
        #[arg(long, value_name = "ID")]
        choir: String,
        /// Milliseconds it is good for; not above zero makes one that is over already
        #[arg(long, value_name = "N", allow_negative_numbers = true)]
        ttl_ms: Option<i64>,
    },
}
