//! `latchkey admin token …`. The last line is the bare token.

use latchkey_users::operator::{ApiTokenMade, ApiTokenWanted, TokenFor, TokenMade, TokenWanted};

use super::line::Line;
use crate::cli::{Token, Who};
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Token) -> Result<(), Trouble> {
    match command {
        Token::Bearer {
            who: Who { username },
            expires_in,
        } => signed(line, username, TokenFor::Bearer, expires_in).await,
        Token::RdsSession {
            who: Who { username },
            expires_in,
        } => signed(line, username, TokenFor::RdsSession, expires_in).await,
        Token::Api {
            who: Who { username },
            scopes,
            name,
            expires_in,
        } => {
            let ask = ApiTokenWanted {
                username,
                scopes,
                name,
                expires_in_s: expires_in,
            };
            line.ask("users/api-token", &ask, |made: &ApiTokenMade| {
                vec![made.token.clone()]
            })
            .await
        }
    }
}

async fn signed(
    line: &Line,
    username: String,
    kind: TokenFor,
    expires_in_s: Option<i64>,
) -> Result<(), Trouble> {
    let ask = TokenWanted {
        username,
        kind,
        expires_in_s,
    };
    line.ask("users/token", &ask, |made: &TokenMade| {
        vec![made.token.clone()]
    })
    .await
}
