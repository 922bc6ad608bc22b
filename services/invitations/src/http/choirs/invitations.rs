//! `/check/{id}` and `/create`. A key comes first: without one nothing is read or changed.

use actix_web::{HttpResponse, web};
use latchkey_contracts::choirs::{ChoirError, Json};

use super::dto::{Checked, CreateInvitation, Created};
use super::errors;
use super::key_holder::KeyHolder;
use crate::app::App;
use crate::app::choir::check_invitation::check_choir_invitation;
use crate::app::choir::create_invitation::{MadeWith, create_choir_invitation};

/// The id may hold anything, slashes and NUL included; what is no text is shown as well as it can be.
pub(crate) async fn check(
    app: web::Data<App>,
    _: KeyHolder,
    id: web::Path<String>,
) -> Result<HttpResponse, ChoirError> {
    let found = check_choir_invitation(&app, &id)
        .await
        .map_err(|error| errors::check(error, &id))?;
    Ok(HttpResponse::Ok().json(Checked::from(found)))
}

pub(crate) async fn create(
    app: web::Data<App>,
    key: KeyHolder,
    body: Json<CreateInvitation>,
) -> Result<HttpResponse, ChoirError> {
    let texts = body.0.texts()?;
    let expires_at = app.db.clock().now().plus(app.settings.choir_life());
    let id = create_choir_invitation(&app, texts, MadeWith::Key(&key), expires_at).await?;
    Ok(HttpResponse::Ok().json(Created::new(&id)))
}
