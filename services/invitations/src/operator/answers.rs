//! What the command line prints. Times are RFC 3339.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_peers::users::People;
use serde::{Deserialize, Serialize};

use crate::app::engine::kinds::Details;
use crate::app::ledger::check::Comparison;
use crate::app::ledger::show_invitation::Story;
use crate::app::registration::invite::Issued;
use crate::domain::grant::Grant;
use crate::domain::invitation::{EndReason, Invitation, State, UseState};
use crate::domain::namespace::{Namespace, NamespaceId};

/// An invitation's number as our own contract shows it, `inv_981`.
pub type ShownId = Id<ids::Invitation>;

/// A new link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Link {
    /// The invitation's number.
    pub id: ShownId,
    /// What lets in; the link holds it too.
    pub token: String,
    /// Opens the page that makes an account.
    pub link: String,
    /// For how many people.
    pub uses: i64,
    /// When it ends by itself.
    pub expires_at: Option<String>,
    /// Whether the accounts become super users.
    pub grants: String,
}

impl Link {
    pub(super) fn new(issued: &Issued, link: String) -> Self {
        let row = &issued.invitation;
        Self {
            id: Id::of(row.id.0),
            token: issued.token.expose().to_owned(),
            link,
            uses: row.max_uses,
            expires_at: row.expires_at.map(Millis::rfc3339),
            grants: row.kind.describe_grants(row.grants),
        }
    }
}

/// Somebody in the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// The account's number.
    pub id: UserId,
    /// Its present name.
    pub username: String,
}

/// For whom, in the words of whoever made it, where that is no account.
pub(super) fn recipient(row: &Invitation, details: &Details) -> Option<String> {
    let named = details.recipient.clone();
    named.or_else(|| row.recipient_email.clone())
}

pub(super) fn person(people: &People, id: UserId) -> Person {
    Person {
        id,
        username: people.name(id),
    }
}

/// One line of an invitation's history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Happened {
    /// When.
    pub at: String,
    /// What, in words.
    pub what: String,
}

/// The whole story of one invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InvitationStory {
    /// Its number.
    pub id: ShownId,
    /// What it leads into.
    pub kind: String,
    /// `offer` or `request`.
    pub direction: String,
    /// The id of what it leads into.
    pub target: Option<i64>,
    /// What it gives, in words.
    pub grants: String,
    /// On whose right; `None` is the operator.
    pub made_by: Option<Person>,
    /// For whom; `None`: for whoever holds the secret.
    pub made_for: Option<Person>,
    /// For whom, where its contract has a text and no account.
    pub recipient: Option<String>,
    /// What its contract adds, name and value.
    pub details: Vec<(String, String)>,
    /// Where it stands.
    pub state: String,
    /// Why it was withdrawn.
    pub reason: Option<String>,
    /// How many people it is good for.
    pub max_uses: i64,
    /// How many uses are taken, reservations included.
    pub used: i64,
    /// Whom it let in.
    pub let_in: Vec<Person>,
    /// When it ends by itself.
    pub expires_at: Option<String>,
    /// Everything that happened to it, in order.
    pub history: Vec<Happened>,
}

impl InvitationStory {
    pub(super) fn of(story: &Story) -> Self {
        let (row, people) = (&story.invitation, &story.people);
        let let_in = story.uses.iter().filter(|one| one.state == UseState::Used);
        Self {
            id: Id::of(row.id.0),
            kind: row.kind.to_string(),
            direction: row.direction.to_string(),
            target: row.target_id,
            grants: gives(story),
            made_by: row.issuer_id.map(|id| person(people, id)),
            made_for: row.recipient_id.map(|id| person(people, id)),
            recipient: recipient(row, &story.details),
            details: named(&story.details),
            state: row.state.to_string(),
            reason: row.end_reason.map(|reason| reason.to_string()),
            max_uses: row.max_uses,
            used: row.used,
            let_in: let_in
                .filter_map(|one| Some(person(people, one.user_id?)))
                .collect(),
            expires_at: row.expires_at.map(Millis::rfc3339),
            history: history(story),
        }
    }
}

/// What it gives, in words: of several things into what each leads.
fn gives(story: &Story) -> String {
    let row = &story.invitation;
    if !row.gives_several() {
        return row.kind.describe_grants(row.grants);
    }
    let all = story.grants.iter().map(|one| in_words(one.grant));
    all.collect::<Vec<String>>().join("; ")
}

fn in_words(grant: Grant) -> String {
    let what = grant.kind().describe_grants(grant.bits());
    let into = |target| format!("{what} ({} {target})", grant.kind());
    grant.target().map_or_else(|| what.clone(), into)
}

/// What of several things somebody did not get.
fn not_given(story: &Story) -> impl Iterator<Item = (Millis, String)> {
    story.acts.iter().filter_map(|act| {
        let used = story.uses.iter().find(|one| one.id == act.use_id)?;
        let (why, what) = (act.reason?, in_words(act.grant()?));
        let text = format!("dropped for {}: {what}: {why}", used.username);
        Some((act.decided_at?, text))
    })
}

fn named(details: &Details) -> Vec<(String, String)> {
    let list = details.named.iter();
    list.map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn history(story: &Story) -> Vec<Happened> {
    let (row, uses, people) = (&story.invitation, &story.uses, &story.people);
    let by =
        |id: Option<UserId>| id.map_or_else(String::new, |id| format!(" by {}", people.name(id)));
    let maker = row
        .issuer_id
        .map_or_else(|| "the operator".to_owned(), |id| people.name(id));
    let mut lines = vec![(row.created_at, format!("made by {maker}"))];
    for one in uses {
        lines.push((one.reserved_at, format!("reserved for {}", one.username)));
        if let Some(at) = one.settled_at {
            let what = match (one.state, one.user_id) {
                (UseState::Used, Some(id)) => format!("let in {} (user {id})", people.name(id)),
                _ => format!("given back, {} was not let in", one.username),
            };
            lines.push((at, what));
        }
    }
    if let Some(at) = row.decided_at {
        let reason = row
            .end_reason
            .map_or_else(String::new, |reason| format!(" ({reason})"));
        let what = match row.state {
            // Who comes in by an own yes stands in the line before.
            State::Accepted if row.decided_by != row.recipient_id && row.recipient_id.is_some() => {
                format!("{}{}", row.state, by(row.decided_by))
            }
            State::Accepted | State::UsedUp => row.state.to_string(),
            // People who take one back are named; whoever is not is the operator.
            State::Withdrawn
                if row.end_reason == Some(EndReason::TakenBack) && row.decided_by.is_none() =>
            {
                format!("{} by the operator{reason}", row.state)
            }
            State::Open | State::Declined | State::Withdrawn | State::Expired => {
                format!("{}{}{reason}", row.state, by(row.decided_by))
            }
        };
        lines.push((at, what));
    }
    lines.extend(not_given(story));
    let beside = story.details.happened.iter();
    lines.extend(beside.map(|(at, what)| (*at, (*what).to_owned())));
    lines.extend(
        row.hidden_at
            .map(|at| (at, "taken off the contract's lists".to_owned())),
    );
    // Stable: what happened in one millisecond stays in the order of the lifecycle.
    lines.sort_by_key(|(at, _)| *at);
    lines
        .into_iter()
        .map(|(at, what)| Happened {
            at: at.rfc3339(),
            what,
        })
        .collect()
}

/// How the ledger compares with what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerReport {
    /// Settled uses that were compared.
    pub settled: u64,
    /// Uses that wait to be settled.
    pub reserved: u64,
    /// What does not fit, in words.
    pub findings: Vec<String>,
}

impl From<Comparison> for LedgerReport {
    fn from(comparison: Comparison) -> Self {
        Self {
            settled: comparison.settled,
            reserved: comparison.reserved,
            findings: comparison.findings,
        }
    }
}

/// A new namespace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NamespaceMade {
    /// Its number.
    pub id: NamespaceId,
    /// The number of the top of its tree.
    pub root_id: NamespaceId,
    /// Its path.
    pub path: String,
}

impl From<Namespace> for NamespaceMade {
    fn from(made: Namespace) -> Self {
        Self {
            id: made.id,
            root_id: made.root_id,
            path: made.path,
        }
    }
}
