//! `latchkey admin request …`: what is typed.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Request {
    /// List those that are open, the newest first
    List {
        /// Those into this alone: a channel, a group or a namespace, by its id, or `site` for whoever asks for an account
        #[arg(long)]
        target: Option<String>,
    },
    /// Let in whoever asked
    Approve {
        /// Its id, as the list shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The username of somebody who may decide it
        #[arg(long, allow_hyphen_values = true)]
        by: String,
    },
    /// Say no
    Reject {
        /// Its id, as the list shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The username of somebody who may decide it
        #[arg(long, allow_hyphen_values = true)]
        by: String,
        /// Whoever asked sees it
        #[arg(long, allow_hyphen_values = true)]
        reason: Option<String>,
    },
}
