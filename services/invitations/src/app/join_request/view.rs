//! A request, and who asks.

use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use crate::app::App;
use crate::domain::invitation::InvitationId;
use crate::domain::request::Request;
use crate::store::engine::requests;

/// A request with its person.
#[derive(Debug, Clone)]
pub(crate) struct RequestView {
    /// It.
    pub(crate) request: Request,
    /// The present name of whoever asks, as far as the account exists.
    pub(crate) username: Option<String>,
}

/// Adds the people.
pub(in crate::app) async fn view_all(
    app: &App,
    rows: Vec<Request>,
) -> Result<Vec<RequestView>, Fault> {
    let askers = rows.iter().filter_map(|row| row.invitation.recipient_id);
    let people = People::find(&app.users, askers).await?;
    let view = |request: Request| RequestView {
        username: request
            .invitation
            .recipient_id
            .and_then(|id| people.get(id))
            .map(|user| user.username.clone()),
        request,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// One, whatever became of it.
pub(super) async fn view_one(app: &App, id: InvitationId) -> Result<Option<RequestView>, Fault> {
    let found = app.db.look(move |conn| requests::find(conn, id)).await?;
    let rows = found.into_iter().collect();
    Ok(view_all(app, rows).await?.pop())
}
