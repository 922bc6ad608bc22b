//! The sitemap: every public route of this service.

mod chat;

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig, resource};
use latchkey_common::auth::{SessionAuthority, authority_data};
use latchkey_common::server::Mount;

use self::chat::{channels, listener, members, messages};
use crate::app::App;

/// The public routes, with what their handlers need.
pub(crate) fn mount(app: &Data<App>, authority: Arc<dyn SessionAuthority>) -> Mount {
    let (app, authority) = (app.clone(), authority_data(authority));
    Arc::new(move |config| {
        config.app_data(app.clone()).app_data(authority.clone());
        routes(config);
    })
}

/// Joining and inviting are served by invitations.
fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/api/user/channels").route(web::get().to(channels::list)))
        .service(resource("/api/user/listener").route(web::get().to(listener::listen)))
        .service(resource("/api/channel/create").route(web::post().to(channels::create)))
        .service(resource("/api/channel/info").route(web::get().to(channels::info)))
        .service(resource("/api/channel/rename").route(web::post().to(channels::rename)))
        .service(resource("/api/channel/search").route(web::get().to(channels::search)))
        .service(resource("/api/channel/leave").route(web::post().to(members::leave)))
        .service(resource("/api/channel/users").route(web::get().to(members::list)))
        .service(resource("/api/channel/users/remove").route(web::post().to(members::remove)))
        .service(resource("/api/channel/messages").route(web::post().to(messages::load)))
        .service(resource("/api/channel/messages/create").route(web::post().to(messages::create)))
        .service(resource("/api/channel/messages/read").route(web::put().to(messages::read)));
}
