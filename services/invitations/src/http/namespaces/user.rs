//! `/user`.

use actix_web::HttpResponse;
use latchkey_common::auth::AnyScope;
use latchkey_contracts::namespaces::Caller;
use latchkey_peers::users::UserView;

use super::dto;

pub(super) async fn show(caller: Caller<AnyScope>) -> HttpResponse {
    let me = UserView::from(caller.0);
    HttpResponse::Ok().json(dto::User::from(me))
}
