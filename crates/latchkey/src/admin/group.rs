//! `latchkey admin group …`.

use latchkey_invitations::operator::{AddMember, AddedMember, CreateGroup, CreatedGroup};

use super::line::Line;
use crate::cli::{Group, Who};
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Group) -> Result<(), Trouble> {
    match command {
        Group::Create { owner, name } => {
            let ask = CreateGroup { owner, name };
            line.ask("groups/create", &ask, |made: &CreatedGroup| {
                vec![made.uuid.clone()]
            })
            .await
        }
        Group::AddMember {
            group,
            who: Who { username },
        } => {
            let ask = AddMember {
                group,
                user: username,
            };
            line.ask("groups/add-member", &ask, |made: &AddedMember| {
                vec![made.uuid.clone()]
            })
            .await
        }
    }
}
