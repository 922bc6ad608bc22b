//! `/api/user/invites`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::{self, Page};
use latchkey_contracts::chat::once::{Created, Done};
use latchkey_contracts::chat::{Key, Keyed, Problem, Query, SignedIn};

use super::dto;
use crate::app::App;
use crate::app::registration::invite::invite_to_register;
use crate::app::registration::list_invitations::list_registration_invitations;
use crate::app::registration::remove_invitations::remove_registration_invitations;

pub(crate) async fn list(
    app: web::Data<App>,
    caller: SignedIn,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mine = list_registration_invitations(&app, caller.user, &page).await?;
    let invites = mine
        .items
        .into_iter()
        .map(dto::RegistrationInvite::from)
        .collect();
    Ok(page::answer(&req, mine.next, &dto::Invites { invites }))
}

pub(crate) async fn create(
    app: web::Data<App>,
    caller: SignedIn,
    key: Key,
) -> Result<HttpResponse, Problem> {
    let once = Created::<dto::RegistrationInvite>::once(caller.user, key.0);
    Created::<dto::RegistrationInvite>::answer(invite_to_register(&app, &caller, once).await?)
}

pub(crate) async fn remove(
    app: web::Data<App>,
    caller: SignedIn,
    list: Keyed<dto::RemoveTokens>,
) -> Result<HttpResponse, Problem> {
    let once = Done::once(caller.user, list.key);
    let tokens = list.value.to_remove;
    Done::answer(remove_registration_invitations(&app, caller.user, tokens, once).await?)
}
