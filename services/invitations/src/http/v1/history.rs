//! `/v1/invitations/{inv}/history`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::list::{self, Page};
use latchkey_contracts::v1::scopes::InvitationRead;
use latchkey_contracts::v1::{Caller, Path, Problem, Query};
use serde::Serialize;

use super::errors;
use super::redemption_shapes::why;
use super::shapes::{GrantShape, Words, reason};
use super::wishes::part;
use crate::app::App;
use crate::app::invitation::history::{Happened, What, show_history};
use crate::app::invitation::show::Reach;
use crate::domain::invitation::{InvitationId, State};

/// One line.
#[derive(Serialize)]
struct HappenedShape {
    number: i64,
    at: String,
    event: Words,
    account: Option<Id<ids::Account>>,
    username: Option<String>,
    secret: Option<Id<ids::Secret>>,
    redemption: Option<Id<ids::Redemption>>,
    grant: Option<GrantShape>,
    reason: Option<Words>,
}

impl From<Happened> for HappenedShape {
    fn from(happened: Happened) -> Self {
        let (mut secret, mut redemption, mut grant, mut because) = (None, None, None, None);
        let event = match happened.what {
            What::Created => "created",
            What::SecretMade(id) => {
                secret = Some(Id::of(id.0));
                "secret_made"
            }
            What::SecretRevoked(id) => {
                secret = Some(Id::of(id.0));
                "secret_revoked"
            }
            What::Reserved(id) => {
                redemption = Some(Id::of(id.0));
                "redemption_reserved"
            }
            What::Settled(id) => {
                redemption = Some(Id::of(id.0));
                "redemption_settled"
            }
            What::Released(id) => {
                redemption = Some(Id::of(id.0));
                "redemption_released"
            }
            What::Dropped(id, thing, dropped) => {
                redemption = Some(Id::of(id.0));
                grant = Some(thing.into());
                because = dropped.map(why);
                "grant_dropped"
            }
            What::Ended(state, ended) => {
                because = ended.map(reason);
                match state {
                    State::Accepted | State::UsedUp => "used_up",
                    State::Declined => "declined",
                    State::Expired => "expired",
                    State::Withdrawn | State::Open => "revoked",
                }
            }
        };
        Self {
            number: happened.number,
            at: happened.at.rfc3339(),
            event,
            account: happened.who.map(|who| Id::of(who.0)),
            username: happened.username,
            secret,
            redemption,
            grant,
            reason: because,
        }
    }
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Invitation>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId(id.0.number());
    let found = show_history(&app, Reach::of(&caller), id, part(&page.0)).await;
    let found = found.map_err(errors::showing)?;
    let key = |line: &Happened| line.number;
    Ok(list::answer(&req, &page.0, found, key, HappenedShape::from))
}
