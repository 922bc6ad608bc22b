//! `/user`.

use actix_web::{HttpResponse, web};
use latchkey_common::auth::AnyScope;
use latchkey_common::wire::fields::FieldsError;

use super::{With, dto};
use crate::app::App;

pub(super) async fn show(
    app: web::Data<App>,
    caller: With<AnyScope>,
) -> Result<HttpResponse, FieldsError> {
    let found = app.users.by_ids(vec![caller.0.user]).await?;
    let me = found.into_iter().next().ok_or(FieldsError::NotFound)?;
    Ok(HttpResponse::Ok().json(dto::User::from(me)))
}
