//! The own password.

use actix_web::HttpResponse;
use actix_web::web::Data;
use latchkey_common::auth::SignedIn;
use latchkey_common::wire::chat::ChatJson;
use latchkey_common::wire::problem::Problem;
use latchkey_peers::users::Password;

use super::{dto, errors};
use crate::app::App;
use crate::app::account::change_password::{ChangePassword, change_password};

/// `POST /api/user/password`
pub(crate) async fn change(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ChatJson(body): ChatJson<dto::ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let new = Password::parse(body.new_password.expose()).ok_or(Problem::insecure_password())?;
    let ask = ChangePassword {
        old: body.old_password,
        new,
    };
    change_password(&app, &caller, ask)
        .await
        .map_err(errors::change_password)?;
    Ok(HttpResponse::Ok().finish())
}
