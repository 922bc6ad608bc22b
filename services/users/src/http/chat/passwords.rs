//! The own password.

use actix_web::HttpResponse;
use actix_web::web::Data;
use latchkey_contracts::chat::{Json, Problem, SignedIn};
use latchkey_peers::users::Password;

use super::dto;
use crate::app::App;
use crate::app::account::change_password::{ChangePassword, change_password};

/// `POST /api/user/password`
pub(crate) async fn change(
    app: Data<App>,
    caller: SignedIn,
    body: Json<dto::ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let typed = body.new_password.expose();
    let new = Password::parse(typed).ok_or_else(|| Problem::no_password(typed))?;
    let ask = ChangePassword {
        old: body.0.old_password,
        new,
    };
    change_password(&app, &caller, ask).await?;
    Ok(HttpResponse::Ok().finish())
}
