//! `POST /api/user/create`.

use actix_web::{HttpResponse, web};
use latchkey_contracts::chat::{Json, Problem, User};

use super::dto;
use crate::app::App;
use crate::app::registration::register::{Registration, register};

pub(crate) async fn create(
    app: web::Data<App>,
    form: Json<dto::CreateUser>,
) -> Result<HttpResponse, Problem> {
    let form = Registration {
        token: form.0.invite_token,
        username: form.0.username,
        password: form.0.password,
    };
    let user = register(&app, form).await?;
    Ok(HttpResponse::Created().json(User::from(user)))
}
