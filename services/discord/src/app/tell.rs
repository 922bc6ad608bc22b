//! Telling users who has which link. People take along what is theirs from all services in one file, and nobody asks this
//! one: so what it holds lies with users too.

use latchkey_common::fault::Fault;
use latchkey_peers::users::own::OwnLink;

use super::App;
use crate::store::told;

/// Links that are told of in one run.
const BATCH: i64 = 100;

/// Tells of what has changed, in its order; what fails is told the next time.
pub(crate) async fn tell_of_links(app: &App) -> Result<(), Fault> {
    let untold = app.db.look(|conn| told::untold(conn, BATCH)).await?;
    for link in untold {
        let own = link.url().filter(|_| link.is_ready()).map(|url| OwnLink {
            link: url,
            made_at: link.made_at.unwrap_or(link.reserved_at),
        });
        app.users.holds_link(link.user_id, own).await?;
        app.db.change(move |conn| told::told(conn, &link)).await?;
    }
    Ok(())
}
