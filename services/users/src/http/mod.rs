//! The sitemap: every public route of this service.

mod chat;
mod keys;

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig, resource};
use latchkey_common::auth::{SessionAuthority, authority_data};
use latchkey_common::server::Mount;
use latchkey_common::wire::body::SmallBody;

use self::chat::{passwords, service, sessions, tokens, users};
use crate::app::App;

/// The public routes, with what their handlers need.
pub(crate) fn mount(app: &Data<App>, authority: Arc<dyn SessionAuthority>) -> Mount {
    let (app, authority) = (app.clone(), authority_data(authority));
    Arc::new(move |config| {
        config.app_data(app.clone()).app_data(authority.clone());
        routes(config);
    })
}

/// `POST /api/user/create` is served by invitations, which uses one up.
fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/api/status").route(web::get().to(service::status)))
        .service(
            resource("/api/user/login")
                .app_data(SmallBody)
                .route(web::post().to(sessions::log_in)),
        )
        .service(resource("/api/user/logout").route(web::post().to(sessions::log_out)))
        .service(resource("/api/user/info").route(web::get().to(users::info)))
        .service(resource("/api/user/search").route(web::get().to(users::search)))
        .service(
            resource("/api/user/password")
                .app_data(SmallBody)
                .route(web::post().to(passwords::change)),
        )
        .service(resource("/api/user/sessions").route(web::get().to(sessions::list)))
        .service(resource("/api/user/sessions/{id}").route(web::delete().to(sessions::end)))
        .service(
            resource("/api/user/tokens")
                .app_data(SmallBody)
                .route(web::get().to(tokens::list))
                .route(web::post().to(tokens::create)),
        )
        .service(resource("/api/user/tokens/{id}").route(web::delete().to(tokens::revoke)))
        .service(
            resource("/api/user/token")
                .app_data(SmallBody)
                .route(web::post().to(tokens::issue)),
        )
        .service(resource("/.well-known/jwks.json").route(web::get().to(keys::jwks)));
}
