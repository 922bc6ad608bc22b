//! Finds people by a part of their name.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::text;
use latchkey_common::turns::{Claim, Group};

use crate::app::App;
use crate::domain::account::Account;
use crate::store::accounts;

/// Accounts whose name has `part` in it, without regard to case; all of them when it is empty.
pub(crate) async fn search_users(
    app: &App,
    me: UserId,
    part: &str,
    page: Page,
) -> Result<Paged<Account>, Fault> {
    let folded = text::fold(part);
    let size = page.size(app.list_ceiling);
    let after = page.after.unwrap_or(0);
    let claim = Claim::of("people", [Group::User(me)]);
    let turn = app.searches.take(claim).await?;
    let rows = app
        .db
        .look(move |conn| {
            let rows = accounts::search(conn, &folded, after, size.saturating_add(1));
            // Held until the scan is over, also when nobody waits for it any more.
            drop(turn);
            rows
        })
        .await?;
    Ok(Paged::cut(rows, size, |account| account.id.0))
}
