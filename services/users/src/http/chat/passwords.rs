//! The own password.

use actix_web::HttpResponse;
use actix_web::web::Data;
use latchkey_contracts::chat::once::Done;
use latchkey_contracts::chat::{Keyed, Problem, SignedIn};
use latchkey_peers::users::Password;

use super::dto;
use crate::app::App;
use crate::app::account::change_password::{ChangePassword, change_password};

/// `POST /api/user/password`
pub(crate) async fn change(
    app: Data<App>,
    caller: SignedIn,
    body: Keyed<dto::ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let Keyed { value, key, .. } = body;
    let typed = value.new_password.expose();
    let new = Password::parse(typed).ok_or_else(|| Problem::no_password(typed))?;
    let ask = ChangePassword {
        old: value.old_password,
        new,
    };
    let key = key.map(|key| key.asking("POST /api/user/password"));
    let once = Done::once(caller.user, key);
    Done::answer(change_password(&app, &caller, ask, once).await?)
}
