//! What somebody presents to be let in, and why it may be refused.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::secret::TokenHash;

use crate::domain::invitation::{Invitation, InvitationId, State};
use crate::domain::kind::{Direction, Kind};

/// How an invitation is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// By its number; the recipient rule says who may.
    Id(InvitationId),
    /// By its secret.
    Secret(TokenHash),
}

impl Which {
    /// The hash of the secret; of none the empty one, which no secret has.
    pub(crate) fn secret(&self) -> &[u8] {
        match self {
            Self::Id(_) => &[],
            Self::Secret(hash) => hash.as_bytes(),
        }
    }
}

/// Somebody with an account who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The account.
    pub(crate) user: UserId,
    /// Its name.
    pub(crate) username: String,
    /// Its address, folded, where the invitation asks for one.
    pub(crate) email: Option<String>,
}

/// A wish to use an invitation.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Which one.
    pub(crate) which: Which,
    /// The kind it must be of.
    pub(crate) kind: Kind,
    /// Which side must have made it.
    pub(crate) direction: Direction,
    /// What it must lead into.
    pub(crate) target_id: Option<i64>,
    /// Who comes, if there is an account already.
    pub(crate) user_id: Option<UserId>,
    /// That account's address, folded.
    pub(crate) email: Option<String>,
    /// The name that the ledger shall show.
    pub(crate) username: String,
    /// Whether it shall give several things. Whoever can give one alone takes no use of such a one, and
    /// nobody ends up with a part of it.
    pub(crate) several: bool,
}

impl Claim {
    /// Of somebody who comes in person.
    pub(crate) fn of_person(
        person: Person,
        which: Which,
        kind: Kind,
        target_id: Option<i64>,
    ) -> Self {
        let who = (person.user, person.username);
        Self {
            email: person.email,
            ..Self::of_known(who, which, kind, target_id)
        }
    }

    /// Of somebody who has asked and is let in.
    pub(crate) fn of_asker(
        person: Person,
        id: InvitationId,
        kind: Kind,
        target_id: Option<i64>,
    ) -> Self {
        Self {
            direction: Direction::Request,
            ..Self::of_person(person, Which::Id(id), kind, target_id)
        }
    }

    /// Of somebody who has an account.
    pub(crate) fn of_known(
        (user, username): (UserId, String),
        which: Which,
        kind: Kind,
        target_id: Option<i64>,
    ) -> Self {
        Self {
            which,
            kind,
            direction: Direction::Offer,
            target_id,
            user_id: Some(user),
            email: None,
            username,
            several: false,
        }
    }
}

/// Why a claim was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such invitation of this kind.
    NotFound,
    /// It leads elsewhere.
    OtherTarget,
    /// It is for somebody else.
    NotYours,
    /// Its time has passed.
    Expired,
    /// It is in a final state, or all uses have let somebody in.
    Ended,
    /// All uses that are left are reserved, or were a moment ago: whether they let somebody in is not known
    /// yet.
    Reserved,
}

/// Says why the guard let nobody in, from the row that it left alone.
pub(crate) fn explain(row: Option<&Invitation>, claim: &Claim, now: Millis) -> Refusal {
    let fits = |row: &&Invitation| {
        row.kind == claim.kind
            && row.direction == claim.direction
            && row.gives_several() == claim.several
    };
    let Some(row) = row.filter(fits) else {
        return Refusal::NotFound;
    };
    if row.target_id != claim.target_id {
        Refusal::OtherTarget
    } else if (row.recipient_id.is_some() && row.recipient_id != claim.user_id)
        || (row.recipient_id.is_none() && matches!(claim.which, Which::Id(_)))
        || (row.recipient_id.is_none()
            && row.recipient_email.is_some()
            && row.recipient_email != claim.email)
    {
        Refusal::NotYours
    } else if row.state == State::Expired || row.expires_at.is_some_and(|end| end <= now) {
        Refusal::Expired
    } else if row.state == State::Open && row.settled < row.max_uses {
        Refusal::Reserved
    } else {
        Refusal::Ended
    }
}
