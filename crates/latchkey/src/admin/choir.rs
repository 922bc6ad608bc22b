//! `latchkey admin choir …`

use latchkey_invitations::operator::{ChoirInvited, ChoirListed, InviteToChoir, Whitelist};

use super::line::Line;
use crate::cli::{Choir, Who};
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Choir) -> Result<(), Trouble> {
    match command {
        Choir::Whitelist {
            who: Who { username },
            remove,
        } => {
            let ask = Whitelist {
                user: username,
                listed: !remove,
            };
            line.ask("choirs/whitelist", &ask, |answer: &ChoirListed| {
                let word = if answer.listed { "on" } else { "off" };
                vec![format!("{} is {word} the list", answer.user)]
            })
            .await
        }
        Choir::Invite {
            creator,
            invitee,
            choir,
            ttl_ms,
        } => {
            let ask = InviteToChoir {
                creator,
                invitee,
                choir,
                ttl_ms,
            };
            line.ask("choirs/invite", &ask, |made: &ChoirInvited| {
                vec![made.id.clone()]
            })
            .await
        }
    }
}
