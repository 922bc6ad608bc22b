//! What an operator asks to find invitations: those of every kind, by who made them, for whom, into what and
//! where they stand.

use actix_web::web::{self, Json};
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::page::Page;
use latchkey_common::server::OperatorCaller;
use latchkey_common::wire::operator::OperatorError;
use latchkey_contracts::v1::ids::Id;
use latchkey_peers::users::People;
use serde::{Deserialize, Serialize};

use super::answers::{person, recipient};
use super::{Answer, Person, ShownId};
use crate::app::App;
use crate::app::ledger::list_invitations::{Entry, Filter, Maker, list_invitations};
use crate::domain::invitation::State;
use crate::domain::kind::Kind;

/// `invite list`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListInvitations {
    /// What they lead into; `None`: anything.
    pub kind: Option<String>,
    /// The number of what they lead into.
    pub target: Option<i64>,
    /// Where they stand; `None`: anywhere.
    pub state: Option<String>,
    /// Who made them.
    pub made_by: Option<UserId>,
    /// Only those that no person made.
    #[serde(default)]
    pub by_nobody: bool,
    /// For whom.
    pub made_for: Option<UserId>,
    /// Only those behind this number.
    pub after: Option<i64>,
    /// At most so many, and never more than the ceiling.
    pub limit: Option<i64>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListedInvitation {
    /// Its number.
    pub id: ShownId,
    /// Where its contract shows it under an id of its own: that one.
    pub shown_as: Option<String>,
    /// What it leads into.
    pub kind: String,
    /// `offer` or `request`.
    pub direction: String,
    /// The number of what it leads into.
    pub target: Option<i64>,
    /// What it gives, in words.
    pub grants: String,
    /// What its maker calls it.
    pub label: Option<String>,
    /// Who made it; `None`: no person.
    pub made_by: Option<Person>,
    /// For whom; `None`: for whoever holds the secret.
    pub made_for: Option<Person>,
    /// For whom, where its contract has a text and no account.
    pub recipient: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Why it was withdrawn.
    pub reason: Option<String>,
    /// How many people it is good for.
    pub max_uses: i64,
    /// How many uses are taken, reservations included.
    pub used: i64,
    /// When it was made.
    pub created_at: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
}

/// What `list` answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InvitationList {
    /// Newest first.
    pub invitations: Vec<ListedInvitation>,
    /// Ask again behind this number; absent at the end.
    pub next: Option<i64>,
}

pub(super) async fn list(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ListInvitations>,
) -> Answer<InvitationList> {
    let page = Page {
        after: ask.after,
        limit: ask.limit,
    };
    let filter = filter(&ask)?;
    let found = list_invitations(&app, filter, page).await?;
    let now = app.db.clock().now();
    let entries = found.page.items.into_iter();
    Ok(Json(InvitationList {
        invitations: entries
            .map(|one| ListedInvitation::of(one, &found.people, now))
            .collect(),
        next: found.page.next,
    }))
}

fn filter(ask: &ListInvitations) -> Result<Filter, OperatorError> {
    let maker = match ask.made_by {
        Some(user) => Some(Maker::User(user)),
        None => ask.by_nobody.then_some(Maker::Nobody),
    };
    let kind = |word: &str| Kind::parse(word).ok_or_else(|| OperatorError::not_found("kind"));
    let state = |word: &str| State::parse(word).ok_or_else(|| OperatorError::not_found("state"));
    Ok(Filter {
        kind: ask.kind.as_deref().map(kind).transpose()?,
        target: ask.target,
        state: ask.state.as_deref().map(state).transpose()?,
        maker,
        recipient: ask.made_for,
        label: None,
    })
}

impl ListedInvitation {
    fn of(entry: Entry, people: &People, now: Millis) -> Self {
        let Entry {
            invitation: row,
            label,
            details,
        } = entry;
        let is_over = row.state == State::Open && !row.is_pending(now);
        let state = if is_over { State::Expired } else { row.state };
        Self {
            id: Id::of(row.id.0),
            recipient: recipient(&row, &details),
            shown_as: details.shown_as().map(str::to_owned),
            kind: row.kind.to_string(),
            direction: row.direction.to_string(),
            target: row.target_id,
            grants: row.kind.describe_grants(row.grants),
            label,
            made_by: row.issuer_id.map(|id| person(people, id)),
            made_for: row.recipient_id.map(|id| person(people, id)),
            state: state.to_string(),
            reason: row.end_reason.map(|reason| reason.to_string()),
            max_uses: row.max_uses,
            used: row.used,
            created_at: row.created_at.rfc3339(),
            expires_at: row.expires_at.map(Millis::rfc3339),
        }
    }
}
