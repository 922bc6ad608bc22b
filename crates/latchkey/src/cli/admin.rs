//! The words of `latchkey admin`.

use clap::{Args, Subcommand, value_parser};

use super::audit::Audit;
use super::request::Request;
use crate::span::{Life, life, seconds};

#[derive(Debug, Args)]
pub(crate) struct Admin {
    #[command(subcommand)]
    pub(crate) noun: Noun,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// Accounts
    #[command(subcommand)]
    User(User),
    /// Invitations of every kind, and the ledger
    #[command(subcommand)]
    Invite(Invite),
    /// Requests to come into channels, groups and namespaces
    #[command(subcommand)]
    Request(Request),
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
    /// Print what super users and the operator did, oldest of them first: when, who, what, to whom, how and why
    Audit(Audit),
}

/// Whom a command changes, and why.
#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) who: Who,
    /// Why, for the audit log: one line
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Namespace {
    /// Make a namespace, and what is missing above it; prints its number
    Create {
        /// A username
        #[arg(long, allow_hyphen_values = true)]
        owner: String,
        /// Names with slashes between
        #[arg(long, allow_hyphen_values = true)]
        path: String,
    },
}

/// Whom a command is about. Names may be spelt like options, so commands that take one have no `--help` of their
/// own (`latchkey help admin …` is theirs).
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// A username; one that is an option of this command, such as --json, stands behind `--`
    #[arg(allow_hyphen_values = true)]
    pub(crate) username: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account; without --password-stdin it gets a random password, which is printed
    Create {
        #[arg(long, allow_hyphen_values = true)]
        username: String,
        #[arg(long, allow_hyphen_values = true)]
        email: Option<String>,
        #[arg(long)]
        super_user: bool,
        #[arg(long)]
        password_stdin: bool,
    },
    /// Make somebody a super user
    #[command(disable_help_flag = true)]
    Promote(Change),
    /// Make a super user an ordinary one
    #[command(disable_help_flag = true)]
    Demote(Change),
    /// Set somebody's e-mail address
    #[command(disable_help_flag = true)]
    SetEmail {
        #[command(flatten)]
        who: Who,
        #[arg(allow_hyphen_values = true)]
        email: String,
    },
    /// Print everything known of an account, all ids included
    #[command(disable_help_flag = true)]
    Show(Who),
    /// Print an account's UUID
    #[command(disable_help_flag = true)]
    Uuid(Who),
    /// Shut somebody out: all sessions end, and invitations that they made
    #[command(disable_help_flag = true)]
    Lock(Change),
    /// Let somebody in again
    #[command(disable_help_flag = true)]
    Unlock(Change),
    /// Delete an account for ever: the name is free again, messages stay as those of a deleted person
    #[command(disable_help_flag = true)]
    Delete(Change),
    /// Print a link with which somebody chooses another password, this once; the one before ends
    #[command(disable_help_flag = true)]
    ResetLink(Change),
    /// Sign somebody out everywhere
    #[command(disable_help_flag = true)]
    EndSessions(Change),
    /// List all accounts
    List,
    /// Set somebody's password and end all sessions; random without --password-stdin
    #[command(disable_help_flag = true)]
    SetPassword {
        #[command(flatten)]
        who: Who,
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
        /// How long it is good: 12h, 7d, a number of seconds, or never (default: what
        /// `invitations.operator_link_life_s` says, seven days)
        #[arg(long, value_name = "SPAN", allow_hyphen_values = true, value_parser = life)]
        expires_in: Option<Life>,
        /// The accounts become super users
        #[arg(long)]
        super_user: bool,
    },
    /// Tell the story of an invitation or a Discord link: any id that a contract shows, or `-` and a
    /// registration token on stdin
    #[command(disable_help_flag = true)]
    Show {
        // A token may begin with a hyphen.
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// List invitations of every kind, newest first, and Discord links behind them
    List(ListInvites),
    /// Take an invitation or a Discord link back: nobody comes in by it any more. Whom it let in stays
    #[command(disable_help_flag = true)]
    Revoke {
        /// Any id that a contract shows, a token or a Discord link; `-`: a token on stdin
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Print who invited somebody, and everybody who came because of them
    #[command(disable_help_flag = true)]
    Tree(Who),
}

#[derive(Debug, Args)]
pub(crate) struct ListInvites {
    /// What they lead into
    #[arg(long, value_parser = ["registration", "channel", "group", "choir", "namespace", "discord"])]
    pub(crate) kind: Option<String>,
    /// Where they stand; `open` ones may still let somebody in
    #[arg(long, default_value = "open", value_parser = ["any", "open", "accepted", "declined", "withdrawn", "expired", "used-up"])]
    pub(crate) state: String,
    /// Only those that this person made
    #[arg(long, value_name = "USERNAME", allow_hyphen_values = true)]
    pub(crate) by: Option<String>,
    /// Only those that no person made: links of the operator's, and what choir keys made
    #[arg(long, conflicts_with = "by")]
    pub(crate) by_nobody: bool,
    /// Only those for this person
    #[arg(long = "for", value_name = "USERNAME", allow_hyphen_values = true)]
    pub(crate) made_for: Option<String>,
    /// Only those into the channel, the group or the namespace with this number
    #[arg(
        long,
        value_name = "N",
        requires = "kind",
        allow_negative_numbers = true
    )]
    pub(crate) into: Option<i64>,
    /// At most so many
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Make a group; prints its UUID
    Create {
        /// The username of its first admin
        #[arg(long, allow_hyphen_values = true)]
        owner: String,
        #[arg(long, allow_hyphen_values = true)]
        name: String,
    },
    /// Put somebody into a group
    #[command(disable_help_flag = true)]
    AddMember {
        /// The group's UUID or name
        #[arg(allow_hyphen_values = true)]
        group: String,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Print a bearer token for the group contract
    #[command(disable_help_flag = true)]
    Bearer {
        #[command(flatten)]
        who: Who,
        /// How long it lives: 12h, 7d, or a number of seconds; not above zero makes one that is over already
        #[arg(long, value_name = "SPAN", allow_hyphen_values = true, value_parser = seconds)]
        expires_in: Option<i64>,
    },
    /// Print an `rds-session` for the Discord contract
    #[command(disable_help_flag = true)]
    RdsSession {
        #[command(flatten)]
        who: Who,
        /// How long it lives: 12h, 7d, or a number of seconds; not above zero makes one that is over already
        #[arg(long, value_name = "SPAN", allow_hyphen_values = true, value_parser = seconds)]
        expires_in: Option<i64>,
    },
    /// Make an API token for the namespace contract and print it, this once
    #[command(disable_help_flag = true)]
    Api {
        #[command(flatten)]
        who: Who,
        /// Words such as invite:read, separated by commas; '' for none
        #[arg(long, value_name = "A,B", allow_hyphen_values = true)]
        scopes: String,
        /// What it is called in its owner's list
        #[arg(long, default_value = "by the operator", allow_hyphen_values = true)]
        name: String,
        /// How long it lives: 12h, 7d, or a number of seconds; without, as long as the settings let it
        #[arg(long, value_name = "SPAN", allow_hyphen_values = true, value_parser = seconds)]
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
        #[arg(long, default_value = "by the operator", allow_hyphen_values = true)]
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
    #[command(disable_help_flag = true)]
    Whitelist {
        #[command(flatten)]
        who: Who,
        /// Take them off the list; keys that they made stay good
        #[arg(long)]
        remove: bool,
    },
    /// Make an invitation and print its id
    Invite {
        /// A user id of the choir platform
        #[arg(long, allow_hyphen_values = true)]
        creator: String,
        /// An e-mail address
        #[arg(long, allow_hyphen_values = true)]
        invitee: String,
        /// A choir id of the choir platform
        #[arg(long, value_name = "ID", allow_hyphen_values = true)]
        choir: String,
        /// Milliseconds it is good for; not above zero makes one that is over already
        #[arg(long, value_name = "N", allow_negative_numbers = true)]
        ttl_ms: Option<i64>,
    },
}
