//! What is somebody's here, for the archive that people take along.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::UserView;
use latchkey_peers::users::own::{OwnAccount, OwnSession, OwnToken};

use crate::app::App;
use crate::domain::api_token::ApiToken;
use crate::domain::session::Session;
use crate::store::{accounts, api_tokens, discord_links, sessions};

/// All of it; of tokens as many as a list has.
pub(crate) async fn own_account(app: &App, user: UserId) -> Result<Option<OwnAccount>, Fault> {
    let (now, most) = (app.db.now(), app.list_ceiling);
    app.db
        .look(move |conn| {
            let Some(account) = accounts::find(conn, user)? else {
                return Ok(None);
            };
            let live = sessions::of_user(conn, user, now)?;
            let tokens = api_tokens::of_user(conn, user, 0, most, now)?;
            Ok(Some(OwnAccount {
                account: UserView::from(account),
                sessions: live.into_iter().map(session).collect(),
                api_tokens: tokens.iter().map(token).collect(),
                discord_link: discord_links::of_user(conn, user)?,
            }))
        })
        .await
}

fn session(one: Session) -> OwnSession {
    OwnSession {
        id: one.id,
        began_at: one.created_at,
        last_used_at: one.last_used_at,
        ends_at: one.expires_at,
        user_agent: one.user_agent,
    }
}

fn token(one: &ApiToken) -> OwnToken {
    OwnToken {
        name: one.name.as_str().to_owned(),
        scopes: one.scopes.words().map(str::to_owned).collect(),
        made_at: one.created_at,
        last_used_at: one.last_used_at,
        ends_at: one.expires_at,
    }
}
