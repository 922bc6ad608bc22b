//! Saying yes to somebody who has asked for an account: an invitation good for that one person, in the same transaction.
//! Its secret is kept sealed for whoever asked, and shown to nobody else.

use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_contracts::v1::ids::{Id, Request};

use super::decider::Decider;
use super::not_decided::DecideError;
use super::reject::{open_one, why_not};
use super::right::{Wanted, right_over};
use crate::app::App;
use crate::app::engine::check_master_key::sealing_key;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::invitation::{InvitationId, State};
use crate::domain::kind::{Direction, Kind, RegistrationGrants};
use crate::domain::secret::new_secret;
use crate::domain::texts::Texts;
use crate::settings::end_of_life;
use crate::store::applications;
use crate::store::engine::endings::end_unused;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::engine::texts;

/// Makes it, on the right of `by`. The answer has no words: how the wish stands is looked at afterwards.
pub(super) async fn invite_applicant(
    app: &App,
    by: &Decider,
    id: InvitationId,
    call: Option<OneCall>,
) -> Result<Answered, DecideError> {
    if let Some(before) = answered_before::<DecideError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let wanted = Wanted {
        kind: Kind::Registration,
        target: None,
        grants: 0,
    };
    let right = right_over(app, by.user, wanted).await?;
    right.ok_or(DecideError::NotFound)?;
    let (secret, hash) = new_secret()?;
    let key = sealing_key(app).await?;
    let sealed = key.seal(&sealed_for(id), secret.expose().as_bytes())?;
    let new = NewInvitation {
        kind: Kind::Registration,
        direction: Direction::Offer,
        target_id: None,
        issuer_id: Some(by.user),
        recipient_id: None,
        recipient_email: None,
        // The copy that can be read lies beside the wish: whoever said yes may not come in by it.
        secret: Some((hash, None)),
        grants: RegistrationGrants::default().bits(),
        max_uses: 1,
        expires_at: end_of_life(app.db.now().process(), app.settings.application_life_s),
        ground: None,
        slot: None,
        ends_after: None,
    };
    let by = by.clone();
    write_once(app, app.db.for_new(), call, move |conn, now| {
        let request = open_one(conn, id, now)?;
        if !end_unused(conn, id, State::Accepted, by.user, None, now)? {
            return Err(why_not(conn, id)?);
        }
        let Some(made) = insert(conn, &new, now)? else {
            return Err(Fault::internal("a random secret came twice").into());
        };
        let note = Texts {
            note: Some(Id::<Request>::of(id.0).to_string()),
            ..Texts::default()
        };
        texts::insert(conn, made.id, &note)?;
        applications::invite(conn, id, made.id, &sealed)?;
        by.note(conn, Verb::JoinRequestApproved, &request.invitation, now)?;
        Ok(Vec::new())
    })
    .await
}

/// What the sealed secret is bound to.
pub(super) fn sealed_for(id: InvitationId) -> Vec<u8> {
    format!("application {id}").into_bytes()
}
