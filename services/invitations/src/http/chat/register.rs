//! `POST /api/user/create`.
//!
//! A call with a key is the invitation's: whoever shows its secret again. No hash of the password is kept to tell
//! calls apart, because one that is quick to make is quick to try; so the same key with another password is the same
//! call, and what the account was made with holds.

use actix_web::{HttpResponse, web};
use latchkey_common::secret::TokenHash;
use latchkey_contracts::chat::once::Created;
use latchkey_contracts::chat::{Keyed, Problem, User};

use super::dto;
use crate::app::App;
use crate::app::registration::register::{Registration, register};

pub(crate) async fn create(
    app: web::Data<App>,
    body: Keyed<dto::CreateUser>,
) -> Result<HttpResponse, Problem> {
    let Keyed {
        value: form, key, ..
    } = body;
    let once = key.map(|key| {
        let invitation = TokenHash::of(form.invite_token.expose()).hex();
        let asked = format!("POST /api/user/create {}", form.username);
        let call = key.asking(&asked);
        Created::<User>::of(call.by(format_args!("chat invitation {invitation}")))
    });
    let form = Registration {
        token: form.invite_token,
        username: form.username,
        password: form.password,
    };
    Created::<User>::answer(register(&app, form, once).await?)
}
