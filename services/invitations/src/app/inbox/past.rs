//! What was offered to somebody or asked by them, and has come to its end.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use super::places::Places;
use crate::app::App;
use crate::app::invitation::list::Part;
use crate::domain::invitation::Invitation;
use crate::domain::texts::Texts;
use crate::store::engine::inbox::past;

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct Past {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What was said about it, and why not.
    pub(crate) texts: Texts,
    /// What it led into is called so; `None`: that is gone.
    pub(crate) target: Option<String>,
    /// Who offered it; `None`: nobody in particular, or their account is gone.
    pub(crate) person: Option<String>,
}

/// A part of them: one question to users, and one to channels.
pub(crate) async fn list_past(app: &App, me: UserId, part: Part) -> Result<Vec<Past>, Fault> {
    let rows = app.db.look(move |conn| past(conn, me, part)).await?;
    let places = Places::find(app, me, rows.iter().map(|(row, _)| row)).await?;
    let issuers = rows.iter().filter_map(|(row, _)| row.issuer_id);
    let people = People::find(&app.users, issuers.filter(|id| *id != me)).await?;
    let view = |(row, texts): (Invitation, Option<Texts>)| {
        let person = row.issuer_id.and_then(|id| people.get(id));
        Past {
            target: places.name(&row).map(str::to_owned),
            person: person.map(|one| one.username.clone()),
            texts: texts.unwrap_or_default(),
            invitation: row,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
