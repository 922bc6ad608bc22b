//! What a kind decides beyond its [`crate::domain::kind::Policy`], because it needs a database or another
//! service: how its acts ended, what takes its ground away, what its contract shows and adds. The engine
//! and the ledger ask here and know no kind by name; a new one is asked for by each `match`.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_peers::channels::ChannelId;
use latchkey_peers::{Decided, MadeAct};
use uuid::Uuid;

use super::standing::standing;
use crate::app::App;
use crate::domain::choir::PublicId;
use crate::domain::claim::Which;
use crate::domain::invitation::{EndReason, Invitation};
use crate::domain::kind::{Effect, Kind};
use crate::store::choir::choirs;
use crate::store::group::join_requests;

/// How the act of this key ended. Where it was not made it is barred for ever.
pub(in crate::app) async fn decide(
    app: &App,
    kind: Kind,
    key: ActKey,
) -> Result<Decided<UserId>, Fault> {
    match kind.policy().effect {
        Effect::Account => Ok(match app.users.decide_account(key).await? {
            Decided::Made(account) => Decided::Made(account.id),
            Decided::Barred => Decided::Barred,
        }),
        Effect::Membership => app.channels.decide_member(key).await,
        // Settled in the transaction that reserves: nothing can be left over.
        Effect::Here => Ok(Decided::Barred),
    }
}

/// The acts that were made by uses of this kind, in the order of their keys, behind `after`.
pub(in crate::app) async fn made_acts(
    app: &App,
    kind: Kind,
    after: Option<ActKey>,
    limit: i64,
) -> Result<Vec<MadeAct>, Fault> {
    match kind.policy().effect {
        Effect::Account => app.users.made_acts(after, limit).await,
        Effect::Membership => app.channels.made_acts(after, limit).await,
        Effect::Here => Ok(Vec::new()),
    }
}

/// Why an invitation whose use was given back can let nobody in any more, if it cannot.
pub(in crate::app) async fn lost_ground(
    app: &App,
    invitation: &Invitation,
) -> Result<Option<EndReason>, Fault> {
    match invitation.kind.policy().effect {
        Effect::Membership => lost_seat(app, invitation).await,
        Effect::Account | Effect::Here => Ok(None),
    }
}

/// The feed spares an invitation while a use of it is running, because the membership may be that
/// use's own doing. It was not: so whoever is in has come by another way.
async fn lost_seat(app: &App, invitation: &Invitation) -> Result<Option<EndReason>, Fault> {
    let (Some(channel), Some(recipient)) = (invitation.target_id, invitation.recipient_id) else {
        return Ok(None);
    };
    Ok(
        match standing(app, ChannelId(channel), &[recipient]).await? {
            None => Some(EndReason::TargetClosed),
            Some(now) if now.seats.contains(&None) => None,
            Some(_) => Some(EndReason::JoinedOtherwise),
        },
    )
}

/// Which invitation of a kind its contract shows under this text, where that is not the number. What
/// comes out may still name nothing, or one of another kind.
pub(in crate::app) fn shown_as(
    conn: &mut Conn,
    kind: Kind,
    text: &str,
) -> QueryResult<Option<Which>> {
    match kind {
        Kind::Group => {
            let Ok(uuid) = Uuid::try_parse(text) else {
                return Ok(None);
            };
            let uuid = uuid.hyphenated().to_string();
            Ok(join_requests::invitation_of(conn, &uuid)?.map(Which::Id))
        }
        Kind::Choir => {
            let Some(id) = PublicId::parse(text) else {
                return Ok(None);
            };
            Ok(choirs::number_of(conn, &id)?.map(Which::Id))
        }
        Kind::Registration => Ok(Some(Which::Secret(TokenHash::of(text)))),
        Kind::Channel | Kind::Namespace => Ok(None),
    }
}

/// What the contract of a kind adds to an invitation, as an operator is told it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    /// For whom, where the contract has a text and no account.
    pub(crate) recipient: Option<String>,
    /// Everything else, name and value.
    pub(crate) named: Vec<(&'static str, String)>,
    /// What happened to it beside its lifecycle.
    pub(crate) happened: Vec<(Millis, &'static str)>,
}

/// The name of the id that its contract shows, where that is not the number.
const SHOWN_AS: &str = "shown as";

impl Details {
    /// The id that its contract shows, where that is not the number.
    pub(crate) fn shown_as(&self) -> Option<&str> {
        let mut named = self.named.iter();
        let (_, id) = named.find(|(name, _)| *name == SHOWN_AS)?;
        Some(id)
    }
}

/// Reads what the contract of its kind adds to an invitation.
pub(in crate::app) fn details(conn: &mut Conn, invitation: &Invitation) -> QueryResult<Details> {
    match invitation.kind {
        Kind::Choir => {
            Ok(choirs::details(conn, invitation.id)?.map_or_else(Details::default, of_choir))
        }
        Kind::Group => {
            let uuid = join_requests::uuid_of(conn, invitation.id)?;
            Ok(Details {
                named: uuid.map(|uuid| (SHOWN_AS, uuid)).into_iter().collect(),
                ..Details::default()
            })
        }
        Kind::Registration | Kind::Channel | Kind::Namespace => Ok(Details::default()),
    }
}

fn of_choir(choir: choirs::ChoirDetails) -> Details {
    let key = choir
        .key
        .map(|(id, name)| ("by key", format!("{id} ({name})")));
    let mut named = vec![
        (SHOWN_AS, choir.id),
        ("creator", choir.creator),
        ("choir", choir.choir_id),
        ("about user", choir.user_id),
    ];
    named.extend(key);
    named.retain(|(_, text)| !text.is_empty());
    let told = |at| (at, "purged: a check found it expired");
    Details {
        recipient: Some(choir.invitee).filter(|text| !text.is_empty()),
        named,
        happened: choir.purged_at.map(told).into_iter().collect(),
    }
}
