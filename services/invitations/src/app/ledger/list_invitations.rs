//! The invitations of every kind, as the operator goes through them.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::users::People;

use crate::app::App;
use crate::app::engine::kinds::{Details, details};
use crate::domain::invitation::Invitation;
use crate::store::engine::listed;
pub(crate) use crate::store::engine::listed::{Filter, Maker};
use crate::store::engine::made::Part;

/// One of them.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What its maker calls it.
    pub(crate) label: Option<String>,
    /// What the contract of its kind adds.
    pub(crate) details: Details,
}

/// Some of them.
#[derive(Debug)]
pub(crate) struct Entries {
    /// Newest first.
    pub(crate) page: Paged<Entry>,
    /// The names of everybody in them.
    pub(crate) people: People,
}

/// Lists those that fit.
pub(crate) async fn list_invitations(
    app: &App,
    filter: Filter,
    page: Page,
) -> Result<Entries, Fault> {
    let (size, now) = (page.size(app.list_ceiling), app.db.now());
    let part = Part {
        after: page.after,
        limit: size.saturating_add(1),
        is_newest_first: true,
    };
    let page = app
        .db
        .read(move |conn| {
            let rows = listed::list(conn, &filter, part, now)?;
            let Paged { items, next } = Paged::cut(rows, size, |(row, _)| row.id.0);
            let mut entries = Vec::with_capacity(items.len());
            for (invitation, label) in items {
                let details = details(conn, &invitation)?;
                entries.push(Entry {
                    invitation,
                    label,
                    details,
                });
            }
            Ok::<_, Fault>(Paged {
                items: entries,
                next,
            })
        })
        .await?;
    let named = page.items.iter().flat_map(|one| everybody(&one.invitation));
    let people = People::find(&app.users, named).await?;
    Ok(Entries { page, people })
}

fn everybody(row: &Invitation) -> impl Iterator<Item = UserId> {
    [row.issuer_id, row.recipient_id].into_iter().flatten()
}
