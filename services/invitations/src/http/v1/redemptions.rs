//! `/v1/invitation-previews`, `/v1/redemptions`, and whom one invitation let in.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::secret::TokenHash;
use latchkey_common::server::ClientAddress;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::list::{self, Page};
use latchkey_contracts::v1::problem::catalogue as kinds;
use latchkey_contracts::v1::scopes::{InvitationRead, InvitationWrite};
use latchkey_contracts::v1::{Answer, Body, Caller, MaybeCaller, Path, Problem, Query};

use super::redemption_form::Redemption as Wish;
use super::redemption_shapes::{PreviewShape, RedemptionShape};
use super::wishes::{Shown, part};
use super::{account, errors};
use crate::app::App;
use crate::app::invitation::by_secret::Shut;
use crate::app::invitation::land::whom_for;
use crate::app::invitation::landing::arrival;
use crate::app::invitation::list::list_roster;
use crate::app::invitation::preview::preview_invitation;
use crate::app::invitation::redeem::{Guest, Redeemed, RedemptionError, redeem_secret};
use crate::app::invitation::redemption::Redemption;
use crate::app::invitation::show::Reach;
use crate::app::invitation::show_redemption::show_redemption;
use crate::domain::invitation::{InvitationId, UseId, UseState};

pub(crate) async fn preview(
    app: web::Data<App>,
    body: Body<Shown>,
) -> Result<HttpResponse, Problem> {
    let preview = preview_invitation(&app, &body.value.0).await;
    let shape = PreviewShape::from(preview.map_err(errors::opening)?);
    Ok(Answer::of(&shape)?.response(false))
}

/// A key of somebody who is not signed in is the secret's: nobody else has that.
pub(crate) async fn create(
    app: web::Data<App>,
    client: ClientAddress,
    caller: MaybeCaller<InvitationWrite>,
    body: Body<Wish>,
) -> Result<HttpResponse, Problem> {
    let whose = match &caller.0 {
        Some(known) => account(known).to_string(),
        None => TokenHash::of(body.value.secret.expose()).hex(),
    };
    let (wish, call) = body.of(whose);
    let call = call.map(|call| wish.fingerprinted(call));
    let guest = match (caller.0, wish.account) {
        (Some(known), None) => Guest::Known(known.user, known.username),
        (None, Some((username, password))) => Guest::New { username, password },
        (None, None) => Guest::Nobody,
        (Some(_), Some(_)) => {
            let detail = "You are signed in and have an account.";
            return Err(Problem::wrong_at("#/account", "conflict", detail));
        }
    };
    if matches!(guest, Guest::New { .. }) {
        app.limits.check("sign_up", client.0)?;
    }
    let secret = wish.secret.clone();
    match redeem_secret(&app, wish.secret, guest, call).await {
        Err(RedemptionError::Shut(Shut::OtherRecipient)) => {
            let hint = whom_for(&app, &secret).await;
            Err(Problem::of(&kinds::OTHER_RECIPIENT).hinting(hint))
        }
        came => redeemed(&app, came.map_err(errors::redeeming)?).await,
    }
}

/// The answer to whoever came in, or is still on the way.
pub(super) async fn redeemed(
    app: &App,
    (redemption, is_replay): Redeemed,
) -> Result<HttpResponse, Problem> {
    let id = Id::<ids::Redemption>::of(redemption.used.id.0);
    let place = format!("/v1/redemptions/{id}");
    let is_known = redemption.used.state != UseState::Reserved;
    let arrival = arrival(app, &redemption).await;
    let shape = RedemptionShape::arriving(redemption, arrival);
    let answer = if is_known {
        Answer::made(&shape, &shape, place)
    } else {
        Answer::begun(&shape, place)
    };
    Ok(answer?.response(is_replay))
}

pub(crate) async fn show(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Redemption>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = UseId(id.0.number());
    let found = show_redemption(&app, Reach::of(&caller), id).await;
    let found = found.map_err(errors::showing)?;
    let arrival = if found.used.user_id == Some(caller.user) {
        arrival(&app, &found).await
    } else {
        None
    };
    let shape = RedemptionShape::arriving(found, arrival);
    Ok(Answer::of(&shape)?.unless_known(&req))
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Invitation>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId(id.0.number());
    let found = list_roster(&app, Reach::of(&caller), id, part(&page.0)).await;
    let found = found.map_err(errors::showing)?;
    let key = |one: &Redemption| one.used.id.0;
    Ok(list::answer(
        &req,
        &page.0,
        found,
        key,
        RedemptionShape::from,
    ))
}
