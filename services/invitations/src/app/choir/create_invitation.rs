//! Making a choir invitation. The same one twice makes two: the contract knows no duplicates, and
//! whether creator, invitee and choir exist is the choir platform's business.

use latchkey_common::audit::Actor;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::random_bytes;
use latchkey_common::trail::Verb;

use crate::app::App;
use crate::domain::choir::{ChoirKey, ChoirTexts, ID_RANDOMNESS, PublicId};
use crate::domain::kind::{Direction, Kind};
use crate::store::audit;
use crate::store::choir::choirs;
use crate::store::engine::invitations::{NewInvitation, insert};

/// What it is made with.
#[derive(Debug)]
pub(crate) enum MadeWith<'a> {
    /// A key.
    Key(&'a ChoirKey),
    /// The operator makes it.
    Command(Actor),
}

/// Makes one.
pub(crate) async fn create_choir_invitation(
    app: &App,
    texts: ChoirTexts,
    with: MadeWith<'_>,
    expires_at: Millis,
) -> Result<PublicId, Fault> {
    let (key, by) = match with {
        MadeWith::Key(key) => (Some(key), None),
        MadeWith::Command(by) => (None, Some(by)),
    };
    if let Some(owner) = key.and_then(|key| key.owner) {
        app.limits.check("choir_invitation", owner)?;
    }
    if !texts.fits() {
        return Err(Fault::invalid(
            "creator, invitee, choirId and userId have at most 1,000 characters and no NUL, and creator at least one",
        ));
    }
    let now = app.db.now();
    let id = PublicId::new(now.process(), &random_bytes::<ID_RANDOMNESS>()?)
        .ok_or_else(|| Fault::internal("the random bytes ran out"))?;
    let new = NewInvitation {
        kind: Kind::Choir,
        direction: Direction::Offer,
        target_id: None,
        issuer_id: key.and_then(|key| key.owner),
        recipient_id: None,
        recipient_email: None,
        secret: None,
        grants: 0,
        max_uses: 1,
        expires_at: Some(expires_at),
        ground: None,
        slot: None,
        ends_after: None,
    };
    let key = key.map(|key| key.id);
    app.db
        .for_new()
        .write(move |conn| {
            let made = insert(conn, &new, now)?
                .ok_or_else(|| Fault::internal("an invitation without a pair met another"))?;
            choirs::insert(conn, made.id, &id, &texts, key)?;
            if let Some(by) = &by {
                audit::invitation(conn, by, Verb::InvitationMade, &made, now)?;
            }
            Ok(id)
        })
        .await
}
