//! `latchkey admin namespace …`. The last line is the namespace's number.

use latchkey_invitations::operator::{CreateNamespace, NamespaceMade};

use super::line::Line;
use crate::cli::Namespace;
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Namespace) -> Result<(), Trouble> {
    match command {
        Namespace::Create { owner, path } => {
            let ask = CreateNamespace { owner, path };
            line.ask("namespaces/create", &ask, |made: &NamespaceMade| {
                vec![made.id.to_string()]
            })
            .await
        }
    }
}
