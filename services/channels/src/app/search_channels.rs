//! Finding public channels by a part of their name.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::text;
use latchkey_common::turns::{Claim, Group};

use super::App;
use crate::domain::channel::Hit;
use crate::store::channels;

/// The longest keyword, in characters. No name is nearly as long, however it is written.
const MAX_KEYWORD: usize = 256;

/// Open public channels with `keyword` anywhere in the name, without regard to case, by id. An
/// empty keyword finds all.
pub(crate) async fn search_channels(
    app: &App,
    me: UserId,
    keyword: &str,
    page: Page,
) -> Result<Paged<Hit>, Fault> {
    if !text::has_length(keyword, 0, MAX_KEYWORD) || keyword.contains('\0') {
        return Err(Fault::invalid(
            "The keyword is too long or has a NUL in it.",
        ));
    }
    let pattern = format!("%{}%", text::like_literal(&text::fold(keyword)));
    let size = page.size(app.list_ceiling);
    let claim = Claim::of("channels", [Group::User(me)]);
    let turn = app.searches.take(claim).await?;
    let rows = app
        .db
        .look(move |conn| {
            let rows = channels::search(conn, &pattern, page.after, size.saturating_add(1));
            // Held until the scan is over, also when nobody waits for it any more.
            drop(turn);
            rows
        })
        .await?;
    Ok(Paged::cut(rows, size, |row| row.id.0))
}
