//! What an operator asks about requests to come in. One is decided in the name of somebody who may.

use actix_web::web::{self, Json};
use latchkey_common::audit::Reason;
use latchkey_common::fault::Fault;
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use latchkey_contracts::v1::ids::{Channel, Group, Id, Namespace, Request};
use serde::{Deserialize, Serialize};

use super::{Answer, user_named};
use crate::app::App;
use crate::app::join_request::approve::{DecideError, approve_request};
use crate::app::join_request::decider::Decider;
use crate::app::join_request::list::{Part, RequestsOf, list_for_operator};
use crate::app::join_request::reject::reject_request;
use crate::app::join_request::view::RequestView;
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Kind;

const REQUESTS: &str = "join-requests";

/// Where somebody wants to come into who asks for an account.
const SITE: &str = "site";

/// How many are listed: the newest.
pub const MOST_LISTED: i64 = 200;

pub(super) fn routes() -> [InternalRoute; 3] {
    [
        InternalRoute::operator(REQUESTS, "list", list),
        InternalRoute::operator(REQUESTS, "approve", approve),
        InternalRoute::operator(REQUESTS, "reject", reject),
    ]
}

/// `request list`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListRequests {
    /// The id of a channel, a group or a namespace, or `site`.
    pub target: Option<String>,
}

/// `request approve` and `request reject`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideRequest {
    /// Its id.
    pub id: String,
    /// The username of somebody who may decide it.
    pub by: String,
    /// Why not, for whoever asked.
    pub reason: Option<String>,
}

/// A request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinRequestInfo {
    /// Its id.
    pub id: String,
    /// How it stands.
    pub state: String,
    /// Who asks; without an account what they call themselves.
    pub username: Option<String>,
    /// The id of what they want to come into; `site` where they want an account.
    pub target: String,
    /// What they would get.
    pub grants: String,
    /// What they said.
    pub message: Option<String>,
    /// When they asked.
    pub created_at: String,
}

/// The newest that are open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinRequestList {
    /// They.
    pub requests: Vec<JoinRequestInfo>,
}

impl From<RequestView> for JoinRequestInfo {
    fn from(view: RequestView) -> Self {
        let row = view.request.invitation;
        let name = view.request.application.map(|one| one.name);
        let number = row.target_id.unwrap_or_default();
        let target = match row.kind {
            Kind::Channel => Id::<Channel>::of(number).to_string(),
            Kind::Group => Id::<Group>::of(number).to_string(),
            Kind::Namespace => Id::<Namespace>::of(number).to_string(),
            Kind::Registration => SITE.to_owned(),
            Kind::Choir => row.kind.as_str().to_owned(),
        };
        Self {
            id: Id::<Request>::of(row.id.0).to_string(),
            state: row.state.as_str().to_owned(),
            username: view.username.or(name),
            target,
            grants: row.kind.describe_grants(row.grants),
            message: view.request.message,
            created_at: row.created_at.rfc3339(),
        }
    }
}

fn target(text: &str) -> Option<RequestsOf> {
    let into = |kind, number| RequestsOf::Target(kind, number);
    let channel = Id::<Channel>::parse(text).map(|id| into(Kind::Channel, id.number()));
    let group = || Id::<Group>::parse(text).map(|id| into(Kind::Group, id.number()));
    let namespace = || Id::<Namespace>::parse(text).map(|id| into(Kind::Namespace, id.number()));
    let site = || (text == SITE).then_some(RequestsOf::Site);
    channel.or_else(group).or_else(namespace).or_else(site)
}

async fn list(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ListRequests>,
) -> Answer<JoinRequestList> {
    let into = match &ask.target {
        None => RequestsOf::Everybody,
        Some(text) => target(text).ok_or_else(|| {
            OperatorError::invalid(
                "a target is a channel, a group or a namespace, such as grp_7, or site",
            )
        })?,
    };
    let part = Part {
        after: None,
        limit: MOST_LISTED,
        is_newest_first: true,
    };
    let found = list_for_operator(&app, into, part).await?;
    Ok(Json(JoinRequestList {
        requests: found.into_iter().map(JoinRequestInfo::from).collect(),
    }))
}

async fn approve(
    caller: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<DecideRequest>,
) -> Answer<JoinRequestInfo> {
    let (id, by) = (number(&ask.id)?, user_named(&app, &ask.by).await?);
    let by = Decider::named(by, caller.actor());
    let (view, _) = approve_request(&app, &by, id, None)
        .await
        .map_err(refused)?;
    Ok(Json(view.into()))
}

async fn reject(
    caller: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<DecideRequest>,
) -> Answer<JoinRequestInfo> {
    let (id, by) = (number(&ask.id)?, user_named(&app, &ask.by).await?);
    let render = |view: RequestView| {
        let info = JoinRequestInfo::from(view);
        serde_json::to_vec(&info).map_err(|error| Fault::internal(error.to_string()))
    };
    let why = ask.reason.as_deref().and_then(Reason::cut);
    let by = Decider::named(by, caller.actor().because(why));
    let rejected = reject_request(&app, &by, id, ask.reason, None, render);
    let rejected = rejected.await.map_err(refused)?;
    let info = serde_json::from_slice(&rejected.answer);
    Ok(Json(
        info.map_err(|error| Fault::internal(error.to_string()))?,
    ))
}

fn number(text: &str) -> Result<InvitationId, OperatorError> {
    let id = Id::<Request>::parse(text);
    id.map(|id| InvitationId(id.number()))
        .ok_or_else(|| OperatorError::invalid("a request is named by its id, such as req_77"))
}

fn refused(error: DecideError) -> OperatorError {
    match error {
        DecideError::NotFound => OperatorError::not_found("request that they may decide"),
        DecideError::Fault(fault) => fault.into(),
        other @ (DecideError::Key(_)
        | DecideError::Own
        | DecideError::Decided
        | DecideError::AlreadyMember
        | DecideError::TargetClosed
        | DecideError::NoEnd) => OperatorError::conflict(&other),
    }
}
