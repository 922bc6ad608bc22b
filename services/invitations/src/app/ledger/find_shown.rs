//! Finding an invitation by whatever id a contract shows.

use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;

use crate::app::App;
use crate::app::engine::kinds::shown_as;
use crate::domain::claim::Which;
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Kind;
use crate::store::engine::invitations::find;

/// The digits of the highest number. What is longer is no number, whatever zeros it begins with.
const MOST_DIGITS: usize = 19;

/// Which invitation is meant: by what its contract shows, or by its number, which every one has.
pub(crate) async fn find_shown(app: &App, id: &str) -> Result<Option<Which>, Fault> {
    let text = id.to_owned();
    let shown = app
        .db
        .look(move |conn| {
            for kind in Kind::ALL {
                if let Some(which) = shown_as(conn, *kind, &text)?
                    && find(conn, which)?.is_some_and(|row| row.kind == *kind)
                {
                    return Ok(Some(which));
                }
            }
            // Our own contract has secrets for every kind.
            let secret = Which::Secret(TokenHash::of(&text));
            Ok(find(conn, secret)?.map(|_| secret))
        })
        .await?;
    let id = id.strip_prefix("inv_").unwrap_or(id);
    let number = id.parse().ok().filter(|_| id.len() <= MOST_DIGITS);
    Ok(shown.or(number.map(|number| Which::Id(InvitationId(number)))))
}
