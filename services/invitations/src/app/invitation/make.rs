//! Making an invitation: for whoever has its secret, or for one account.

use latchkey_common::auth::{Known, UserId};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};

use super::landing::may_send;
pub(crate) use super::not_made::MakeError;
use super::not_made::in_the_way;
pub(crate) use super::recipient::Recipient;
pub(crate) use super::wish::{Asked, Wanted, Wish, Wished, ask, check};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::admission::Admission;
use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::Invitation;
use crate::domain::kind::Direction;
use crate::domain::secret::{SecretRow, new_secret};
use crate::domain::texts::Texts;
use crate::settings::end_of_life;
use crate::store::engine::invitations::{NewInvitation, insert};
use crate::store::engine::{grants as further_grants, requests, secrets, texts};
use crate::store::group::join_requests;

/// What was made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What was said.
    pub(crate) texts: Texts,
    /// All that it gives.
    pub(crate) grants: Vec<Promise>,
    /// How it lets in.
    pub(crate) admission: Admission,
    /// What opens it, as it is listed.
    pub(crate) row: SecretRow,
    /// What opens it; shown this once.
    pub(crate) secret: Secret,
}

/// Makes it. `render` words the answer.
pub(crate) async fn make_invitation(
    app: &App,
    by: &Known,
    mut wish: Wish,
    call: Option<OneCall>,
    render: impl FnOnce(Made) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, MakeError> {
    if let Some(before) = answered_before::<MakeError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    app.count_invitation(by.user)?;
    // Whoever names an end has thought of it; what gives an account and has none lives as long as every
    // contract's links to register do.
    if wish.expires_at.is_none() && wish.gives_account() {
        let now = app.db.now().process();
        wish.expires_at = end_of_life(now, app.settings.registration_life_s);
    }
    let asked = ask(app, by, &wish).await?;
    if let Some(channel) = wish.texts.landing_channel
        && !wish.gives(channel)
        && !may_send(app, by.user, channel).await?
    {
        return Err(MakeError::LandingNotYours);
    }
    let fresh = new_secret()?;
    let issuer = by.user;
    write_once(app, app.db.for_new(), call, move |conn, now| {
        let grants = check(conn, issuer, &wish, &asked, now)?;
        let made = write(conn, issuer, grants, &wish, fresh, &asked, now)?;
        Ok(render(made)?)
    })
    .await
}

fn write(
    conn: &mut Conn,
    issuer: UserId,
    grants: Vec<Promise>,
    wish: &Wish,
    (secret, hash): (Secret, TokenHash),
    asked: &Asked,
    now: SqlNow,
) -> Result<Made, MakeError> {
    let (first, further) = grants
        .split_first()
        .ok_or_else(|| Fault::internal("an invitation that gives nothing"))?;
    let grant = first.grant;
    let new = NewInvitation {
        kind: grant.kind(),
        direction: Direction::Offer,
        target_id: grant.target(),
        issuer_id: Some(issuer),
        recipient_id: asked.recipient,
        recipient_email: wish.email(asked.recipient),
        secret: Some((hash, None)),
        grants: grant.bits(),
        max_uses: wish.max_uses,
        expires_at: wish.expires_at,
        ground: first.ground,
        slot: None,
        ends_after: first.ends_after,
    };
    let Some(invitation) = insert(conn, &new, now)? else {
        return Err(in_the_way(conn, grant, asked.recipient)?);
    };
    let invitation = if further.is_empty() {
        // What is for one person is seen by that person in the group's own contract too.
        if matches!(grant, Grant::Group(..)) && asked.recipient.is_some() {
            join_requests::insert(conn, invitation.id, wish.texts.message.as_deref())?;
        }
        invitation
    } else {
        further_grants::add(conn, invitation.id, further, wish.on_lost_right)?
    };
    texts::insert(conn, invitation.id, &wish.texts)?;
    if wish.admission == Admission::Request {
        requests::admit_by_request(conn, invitation.id)?;
    }
    let row = secrets::find(conn, &hash)?
        .ok_or_else(|| Fault::internal("the first secret has no row"))?;
    Ok(Made {
        invitation,
        texts: wish.texts.clone(),
        grants,
        admission: wish.admission,
        row,
        secret,
    })
}
