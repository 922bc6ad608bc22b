//! What an operator asks of this service: links, their stories, and an end to one. The listener that knows operators hands
//! the command the permission, [`OperatorCaller`]. The types are public, because the command line sends
//! and prints them.

use actix_web::web::{self, Json};
use latchkey_common::audit;
use latchkey_common::auth::UserId;
use latchkey_common::page::Page;
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use latchkey_peers::users::People;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::list_links::{Filter, Links, list_for_operator};
use crate::app::read_audit::read_audit;
use crate::app::revoke_link::{RevokeError, revoke_any_link};
use crate::app::show_link::show_link;
use crate::domain::link::{Link, State};

/// `invite show ID`, `invite revoke ID`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShowLink {
    /// The id that the contract shows, the code, or the link as people open it.
    pub id: String,
}

/// `invite list`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListLinks {
    /// Where they stand, in the words for invitations; `None`: anywhere.
    pub state: Option<String>,
    /// Who asked for them.
    pub made_by: Option<UserId>,
    /// For whom.
    pub made_for: Option<UserId>,
    /// Only those behind this number.
    pub after: Option<i64>,
    /// At most so many, and never more than the ceiling.
    pub limit: Option<i64>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListedLink {
    /// Its id.
    pub id: String,
    /// Always `discord`.
    pub kind: String,
    /// What people open; `None` when it was never made.
    pub link: Option<String>,
    /// Who asked for it.
    pub made_by: Person,
    /// For whom.
    pub made_for: Person,
    /// Where it stands.
    pub state: String,
    /// Why it ended.
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: String,
}

/// What `list` answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkList {
    /// Newest first.
    pub links: Vec<ListedLink>,
    /// Ask again behind this number; absent at the end.
    pub next: Option<i64>,
}

/// Somebody in the story.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// The account's number.
    pub id: UserId,
    /// Its present name.
    pub username: String,
}

/// One line of a link's history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Happened {
    /// When, as RFC 3339.
    pub at: String,
    /// What, in words.
    pub what: String,
}

/// The whole story of one link. Whom it let in is not in it: Discord does not tell.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkStory {
    /// Its id.
    pub id: String,
    /// What people open; `None` when it was never made.
    pub link: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Why it ended.
    pub reason: Option<String>,
    /// Who asked for it.
    pub made_by: Person,
    /// On whose right: the user's own, or that of a super user.
    pub right: String,
    /// For whom.
    pub made_for: Person,
    /// Everything that happened to it, in order.
    pub history: Vec<Happened>,
}

/// The operator's routes.
pub(crate) fn routes(app: &web::Data<App>) -> Vec<InternalRoute> {
    [
        InternalRoute::operator(DISCORD, "show", show),
        InternalRoute::operator(DISCORD, "list", list),
        InternalRoute::operator(DISCORD, "revoke", revoke),
        InternalRoute::operator(DISCORD, "audit", audit),
    ]
    .map(|route| route.with(app.clone()))
    .to_vec()
}

const DISCORD: &str = "discord";

async fn show(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ShowLink>,
) -> Result<Json<LinkStory>, OperatorError> {
    let found = show_link(&app, &ask.id).await?;
    let (link, people) = found.ok_or_else(|| OperatorError::not_found("invitation"))?;
    Ok(Json(LinkStory::of(&link, &people)))
}

async fn list(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ListLinks>,
) -> Result<Json<LinkList>, OperatorError> {
    let filter = Filter {
        states: ask.state.as_deref().map(states),
        requested_by: ask.made_by,
        user: ask.made_for,
    };
    let page = Page {
        after: ask.after,
        limit: ask.limit,
    };
    let Links { page, people } = list_for_operator(&app, filter, page).await?;
    let links = page.items.iter();
    Ok(Json(LinkList {
        links: links.map(|link| ListedLink::of(link, &people)).collect(),
        next: page.next,
    }))
}

/// The states of a link that this state of an invitation means.
fn states(word: &str) -> Vec<State> {
    match word {
        "open" => vec![State::Reserved, State::Ready],
        "withdrawn" => vec![State::Revoked],
        _ => Vec::new(),
    }
}

async fn audit(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<audit::Ask>,
) -> Result<Json<audit::Entries>, OperatorError> {
    Ok(Json(read_audit(&app, &ask).await?.into()))
}

async fn revoke(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ShowLink>,
) -> Result<Json<LinkStory>, OperatorError> {
    let revoked = revoke_any_link(&app, by.actor(), &ask.id).await;
    let (link, people) = revoked.map_err(|error| match error {
        RevokeError::NotFound => OperatorError::not_found("invitation"),
        RevokeError::NotAlive => OperatorError::conflict(
            &"this Discord link is not alive: it is being made, was never made, or was taken back already",
        ),
        RevokeError::NotSuperUser(_) => OperatorError::conflict(&error),
        RevokeError::Discord(discord) => OperatorError::conflict(&format!(
            "the link is alive, because Discord did not take it back: {discord}"
        )),
        RevokeError::Fault(fault) => fault.into(),
    })?;
    Ok(Json(LinkStory::of(&link, &people)))
}

fn person(people: &People, id: UserId) -> Person {
    Person {
        id,
        username: people.name(id),
    }
}

impl ListedLink {
    fn of(link: &Link, people: &People) -> Self {
        Self {
            id: link.uuid.clone(),
            kind: DISCORD.to_owned(),
            link: link.url(),
            made_by: person(people, link.requested_by),
            made_for: person(people, link.user_id),
            state: link.state.to_string(),
            reason: link.end_reason.map(|reason| reason.to_string()),
            created_at: link.reserved_at.rfc3339(),
        }
    }
}

impl LinkStory {
    fn of(link: &Link, people: &People) -> Self {
        let is_own = link.requested_by == link.user_id;
        Self {
            id: link.uuid.clone(),
            link: link.url(),
            state: link.state.to_string(),
            reason: link.end_reason.map(|reason| reason.to_string()),
            made_by: person(people, link.requested_by),
            right: if is_own {
                "their own"
            } else {
                "a super user's"
            }
            .to_owned(),
            made_for: person(people, link.user_id),
            history: history(link, people),
        }
    }
}

fn history(link: &Link, people: &People) -> Vec<Happened> {
    let (by, to) = (people.name(link.requested_by), people.name(link.user_id));
    let asked = (link.reserved_at, format!("asked for by {by}, for {to}"));
    let made = link.made_at.map(|at| (at, "made at Discord".to_owned()));
    let ended = link.ended_at.map(|at| {
        let reason = link
            .end_reason
            .map_or_else(String::new, |reason| format!(" ({reason})"));
        let what = match (link.state, link.ended_by) {
            (State::Revoked, Some(who)) => format!("revoked by {}", people.name(who)),
            (State::Revoked, None) => "revoked by the operator".to_owned(),
            (state, _) => format!("{state}{reason}"),
        };
        (at, what)
    });
    [Some(asked), made, ended]
        .into_iter()
        .flatten()
        .map(|(at, what)| Happened {
            at: at.rfc3339(),
            what,
        })
        .collect()
}
