//! `latchkey admin key …`: keys of the choir contract.

use latchkey_invitations::operator::{
    ChoirKeyId, ChoirKeyInfo, ChoirKeyList, CreateChoirKey, MadeChoirKey, RevokeChoirKey,
};

use super::line::Line;
use crate::cli::Key;
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Key) -> Result<(), Trouble> {
    match command {
        Key::Choir { name } => {
            line.ask(
                "choirs/create-key",
                &CreateChoirKey { name },
                |made: &MadeChoirKey| vec![made.key.clone()],
            )
            .await
        }
        Key::List => {
            line.ask("choirs/list-keys", &(), |list: &ChoirKeyList| {
                list.keys.iter().map(words).collect()
            })
            .await
        }
        Key::Revoke { id } => {
            let ask = RevokeChoirKey { id: ChoirKeyId(id) };
            line.ask("choirs/revoke-key", &ask, |gone: &RevokeChoirKey| {
                vec![format!("{} revoked", gone.id)]
            })
            .await
        }
    }
}

fn words(key: &ChoirKeyInfo) -> String {
    let owner = key.owner.as_deref().unwrap_or("the operator");
    format!("{}  {}  {}  {owner}", key.id, key.created_at, key.name)
}
