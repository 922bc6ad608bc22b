//! A person's API tokens: which there are, and taking one back.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::trail::{Credential, Fact};

use crate::app::App;
use crate::domain::api_token::{ApiToken, ApiTokenId};
use crate::store::api_tokens;

/// A page of a person's tokens, in the order of their making.
pub(crate) async fn list_api_tokens(
    app: &App,
    user: UserId,
    page: Page,
) -> Result<Paged<ApiToken>, Fault> {
    let size = page.size(app.list_ceiling);
    let (after, now) = (page.after.unwrap_or(0), app.db.now());
    let rows = app
        .db
        .look(move |conn| api_tokens::of_user(conn, user, after, size.saturating_add(1), now))
        .await?;
    Ok(Paged::cut(rows, size, |token| token.id.0))
}

/// Ends a token, effective before this answers. `None` when the person has none with this id.
pub(crate) async fn revoke_api_token(
    app: &App,
    user: UserId,
    id: ApiTokenId,
    once: Option<Once<()>>,
) -> Result<Option<Made<()>>, CallError<Fault>> {
    let made = app
        .db
        .for_ending()
        .change_once(once, move |conn| {
            Ok(api_tokens::delete(conn, user, id)?.then_some(()))
        })
        .await?;
    app.forget_callers();
    if let Some(Made::Now(())) = made {
        Fact::CredentialRevoked(Credential::ApiToken(id.0), Some(user)).record();
    }
    Ok(made)
}
