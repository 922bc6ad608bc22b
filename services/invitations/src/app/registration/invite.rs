//! Making an invitation to register: who may, for how many people, and the secret that is shown.

use latchkey_common::auth::{Caller, UserId};
use latchkey_common::clock::Millis;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash, new_token};
use latchkey_common::via_fault;

use crate::app::App;
use crate::app::engine::check_master_key::sealing_key;
use crate::domain::invitation::Invitation;
use crate::domain::kind::{Direction, Kind, RegistrationGrants};
use crate::settings::{WhoMayInvite, end_of_life};
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::engine::issuers::{count_issued, hold_issuer};

/// Why there is no invitation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InviteError {
    /// The site's setting says no.
    #[error("may not invite")]
    NotAllowed,
    /// All that one may invite are invited.
    #[error("the quota is used up")]
    QuotaUsedUp,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(InviteError);

/// An invitation and the secret that lets in.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What the holder presents.
    pub(crate) token: Secret,
}

/// Makes one, good for one person, for a call that may have a key.
pub(crate) async fn invite_to_register(
    app: &App,
    caller: &Caller,
    once: Option<Once<Issued>>,
) -> Result<Made<Issued>, CallError<InviteError>> {
    let call = once.as_ref().map(|once| &once.call);
    let before = app
        .db
        .answered_before::<CallError<InviteError>>(call, Some(&app.master_key));
    if let Some(before) = before.await? {
        return Ok(Made::Before(before));
    }
    app.count_invitation(caller.user)?;
    let quota = allowance(app, caller.is_super_user).map_err(CallError::Refused)?;
    let now = app.db.now();
    let expires_at = end_of_life(now.process(), app.settings.registration_life_s);
    let (token, mut new) =
        new_registration(app, RegistrationGrants::default(), 1, expires_at).await?;
    new.issuer_id = Some(caller.user);
    let issuer = caller.user;
    let once = once.map(|once| once.sealed_by(&app.master_key));
    app.db
        .for_new()
        .write_once(once, move |conn| {
            within_allowance(conn, issuer, 1, quota, now)?;
            let invitation = insert(conn, &new, now)?
                .ok_or_else(|| InviteError::Fault(Fault::internal("a random token came twice")))?;
            Ok(Issued { invitation, token })
        })
        .await
}

/// For how many people somebody may have invitations; `None`: for any number.
pub(in crate::app) fn allowance(
    app: &App,
    is_super_user: bool,
) -> Result<Option<i64>, InviteError> {
    match app.settings.who_may_invite {
        WhoMayInvite::SuperUsers if !is_super_user => Err(InviteError::NotAllowed),
        WhoMayInvite::Quota if !is_super_user && app.limits.are_on() => {
            Ok(Some(app.settings.registration_quota))
        }
        WhoMayInvite::Everyone | WhoMayInvite::SuperUsers | WhoMayInvite::Quota => Ok(None),
    }
}

/// Refuses one for so many `people` more than the quota leaves. Whoever makes two at once makes them one after
/// the other.
pub(in crate::app) fn within_allowance(
    conn: &mut Conn,
    issuer: UserId,
    people: i64,
    quota: Option<i64>,
    now: SqlNow,
) -> Result<(), InviteError> {
    let Some(quota) = quota else { return Ok(()) };
    hold_issuer(conn, issuer)?;
    let invited = count_issued(conn, Kind::Registration, issuer, now)?;
    if invited.saturating_add(people) > quota {
        return Err(InviteError::QuotaUsedUp);
    }
    Ok(())
}

/// A registration invitation of the operator's, with a new secret; callers narrow it down.
pub(super) async fn new_registration(
    app: &App,
    grants: RegistrationGrants,
    max_uses: i64,
    expires_at: Option<Millis>,
) -> Result<(Secret, NewInvitation), Fault> {
    let (token, hash) = new_token()?;
    let key = sealing_key(app).await?;
    let sealed = key.seal(row_of(&hash), token.expose().as_bytes())?;
    let new = NewInvitation {
        kind: Kind::Registration,
        direction: Direction::Offer,
        target_id: None,
        issuer_id: None,
        recipient_id: None,
        recipient_email: None,
        secret: Some((hash, Some(sealed))),
        grants: grants.bits(),
        max_uses,
        expires_at,
        ground: None,
        slot: None,
        ends_after: None,
    };
    Ok((token, new))
}

/// What a sealed token is bound to: the hash beside it, which is unique like the row's id and is
/// known before the row is inserted.
pub(super) fn row_of(hash: &TokenHash) -> &[u8] {
    hash.as_bytes().as_slice()
}
