//! The Discord service tells who has which link.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::own::OwnLink;

use crate::app::App;
use crate::store::{accounts, discord_links};

/// Notes it; of somebody who has left there is nothing to note.
pub(crate) async fn hold_link(app: &App, user: UserId, link: Option<OwnLink>) -> Result<(), Fault> {
    app.db
        .write(move |conn| {
            // Held: whoever leaves at the same time leaves none behind. A lock does not matter.
            let is_there = accounts::hold_present(conn, user)?;
            match link.filter(|_| is_there) {
                Some(link) => discord_links::put(conn, user, &link)?,
                None => discord_links::end(conn, user)?,
            }
            Ok(())
        })
        .await
}
