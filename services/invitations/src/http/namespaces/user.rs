//! `/user`.

use actix_web::HttpResponse;
use latchkey_common::auth::AnyScope;
use latchkey_peers::users::UserView;

use super::{With, dto};

pub(super) async fn show(caller: With<AnyScope>) -> HttpResponse {
    let me = UserView::from(caller.0);
    HttpResponse::Ok().json(dto::User::from(me))
}
