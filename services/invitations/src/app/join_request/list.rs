//! Requests: one's own, and those that one may decide.

use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::right::{Wanted, right_over};
use super::view::{RequestView, view_all, view_one};
use crate::app::App;
use crate::app::invitation::show::Reach;
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Kind;
pub(crate) use crate::store::engine::made::Part;
use crate::store::engine::requests;
pub(crate) use crate::store::engine::requests::RequestsOf;

/// Whose list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// One's own.
    Mine,
    /// Those into this.
    Target(Kind, i64),
    /// Those that came by this link.
    Link(InvitationId),
    /// Those for an account.
    Site,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    /// There is no such target or link, or none of the caller's business.
    #[error("nothing to be seen")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ListError);

/// A part of them, perhaps of those alone that are open or are not.
pub(crate) async fn list_requests(
    app: &App,
    caller: &Known,
    about: About,
    is_open: Option<bool>,
    part: Part,
) -> Result<Vec<RequestView>, ListError> {
    let of = match about {
        About::Mine => RequestsOf::Person(caller.user),
        About::Target(kind, target) => {
            let wanted = Wanted {
                kind,
                target: Some(target),
                grants: 0,
            };
            let right = right_over(app, caller.user, wanted).await?;
            right.ok_or(ListError::NotFound)?;
            RequestsOf::Target(kind, target)
        }
        About::Site => {
            let wanted = Wanted {
                kind: Kind::Registration,
                target: None,
                grants: 0,
            };
            let right = right_over(app, caller.user, wanted).await?;
            right.ok_or(ListError::NotFound)?;
            RequestsOf::Site
        }
        About::Link(id) => {
            let reach = Reach::of(caller);
            let link = app.db.look(move |conn| reach.find(conn, id)).await?;
            link.ok_or(ListError::NotFound)?;
            RequestsOf::Link(id)
        }
    };
    let rows = app
        .db
        .look(move |conn| requests::list(conn, of, is_open, part));
    Ok(view_all(app, rows.await?).await?)
}

/// For the operator: those of these that are open.
pub(crate) async fn list_for_operator(
    app: &App,
    of: RequestsOf,
    part: Part,
) -> Result<Vec<RequestView>, Fault> {
    let open = Some(true);
    let rows = app
        .db
        .look(move |conn| requests::list(conn, of, open, part));
    view_all(app, rows.await?).await
}

/// One, for whoever asked and whoever may decide.
pub(crate) async fn show_request(
    app: &App,
    caller: &Known,
    id: InvitationId,
) -> Result<RequestView, ListError> {
    let view = view_one(app, id).await?.ok_or(ListError::NotFound)?;
    let row = &view.request.invitation;
    if row.recipient_id == Some(caller.user) {
        return Ok(view);
    }
    let wanted = Wanted {
        kind: row.kind,
        target: row.target_id,
        grants: 0,
    };
    let right = right_over(app, caller.user, wanted).await?;
    right.map(|_| view).ok_or(ListError::NotFound)
}
