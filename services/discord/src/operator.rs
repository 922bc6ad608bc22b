//! What an operator asks of this service: the story of a link. The listener that knows operators hands
//! the command the permission, [`OperatorCaller`]. The types are public, because the command line sends
//! and prints them.

use actix_web::web::{self, Json};
use latchkey_common::auth::UserId;
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use latchkey_peers::users::People;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::show_link::show_link;
use crate::domain::link::{Link, State};

/// `invite show ID`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShowLink {
    /// The id that the contract shows.
    pub id: String,
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
    vec![InternalRoute::operator("discord", "show", show).with(app.clone())]
}

async fn show(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ShowLink>,
) -> Result<Json<LinkStory>, OperatorError> {
    let found = show_link(&app, &ask.id).await?;
    let (link, people) = found.ok_or_else(|| OperatorError::not_found("invitation"))?;
    Ok(Json(LinkStory::of(&link, &people)))
}

impl LinkStory {
    fn of(link: &Link, people: &People) -> Self {
        let person = |id: UserId| Person {
            id,
            username: people.name(id),
        };
        let is_own = link.requested_by == link.user_id;
        Self {
            id: link.uuid.clone(),
            link: link.url(),
            state: link.state.to_string(),
            reason: link.end_reason.map(|reason| reason.to_string()),
            made_by: person(link.requested_by),
            right: if is_own {
                "their own"
            } else {
                "a super user's"
            }
            .to_owned(),
            made_for: person(link.user_id),
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
