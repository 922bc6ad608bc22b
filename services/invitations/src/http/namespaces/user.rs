//! `/user`.

use actix_web::{HttpResponse, web};
use latchkey_common::auth::AnyScope;
use latchkey_common::wire::fields::FieldsError;

use super::{With, dto, errors};
use crate::app::App;
use crate::app::namespace::find::find_account;

pub(super) async fn show(
    app: web::Data<App>,
    caller: With<AnyScope>,
) -> Result<HttpResponse, FieldsError> {
    let me = find_account(&app, caller.0.user)
        .await
        .map_err(errors::namespace)?;
    Ok(HttpResponse::Ok().json(dto::User::from(me)))
}
