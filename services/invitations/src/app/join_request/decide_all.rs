//! Deciding all open requests that came by one link, one after the other: each is decided or told of by itself.

use latchkey_common::audit::Way;
use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;

use super::approve::{DecideError, approve_request};
use super::decider::Decider;
use super::list::{About, ListError, list_requests};
use super::reject::reject_request;
use super::view::RequestView;
use crate::app::App;
use crate::domain::invitation::InvitationId;
use crate::store::engine::made::Part;

/// What is said to all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Yes.
    Approve,
    /// No, perhaps with a reason.
    Reject(Option<String>),
}

/// How many one call decides: each may be an act in another service, and a caller waits for all of them.
const MOST_AT_ONCE: i64 = 50;

/// One request, and why it was not decided.
#[derive(Debug)]
pub(crate) struct Row {
    /// It, as it was before.
    pub(crate) request: RequestView,
    /// What stood in the way.
    pub(crate) refused: Option<DecideError>,
}

/// Decides the oldest, and tells whether there are more. With `is_dry` it tells whom it would meet, and decides nothing.
pub(crate) async fn decide_all(
    app: &App,
    by: &Known,
    link: InvitationId,
    verdict: Verdict,
    is_dry: bool,
) -> Result<(Vec<Row>, bool), ListError> {
    let part = Part {
        after: None,
        limit: MOST_AT_ONCE.saturating_add(1),
        is_newest_first: false,
    };
    let mut open = list_requests(app, by, About::Link(link), Some(true), part).await?;
    let most = usize::try_from(MOST_AT_ONCE).unwrap_or(usize::MAX);
    let are_more = open.len() > most;
    open.truncate(most);
    let who = Decider::person(by.user, &by.username, Way::V1);
    let mut rows = Vec::with_capacity(open.len());
    for request in open {
        let id = request.request.invitation.id;
        let decided = match &verdict {
            _ if is_dry => Ok(()),
            Verdict::Approve => approve_request(app, &who, id, None).await.map(drop),
            Verdict::Reject(reason) => {
                let nothing = |_| Ok(Vec::new());
                let rejected = reject_request(app, &who, id, reason.clone(), None, nothing);
                rejected.await.map(drop)
            }
        };
        match decided {
            Err(DecideError::Fault(fault @ Fault::Internal(_))) => return Err(fault.into()),
            decided => rows.push(Row {
                request,
                refused: decided.err(),
            }),
        }
    }
    Ok((rows, are_more))
}
