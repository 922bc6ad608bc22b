//! The sitemap: every public route of this service.

mod chat;

use actix_web::web::{self, ServiceConfig};

use self::chat::{channels, listener, members, messages};

/// The public routes. Joining and inviting are served by invitations.
pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/api/user/channels", web::get().to(channels::list))
        .route("/api/user/listener", web::get().to(listener::listen))
        .route("/api/channel/create", web::post().to(channels::create))
        .route("/api/channel/info", web::get().to(channels::info))
        .route("/api/channel/rename", web::post().to(channels::rename))
        .route("/api/channel/search", web::get().to(channels::search))
        .route("/api/channel/leave", web::post().to(members::leave))
        .route("/api/channel/users", web::get().to(members::list))
        .route("/api/channel/users/remove", web::post().to(members::remove))
        .route(
            "/api/channel/messages/create",
            web::post().to(messages::create),
        )
        .route("/api/channel/messages", web::post().to(messages::load))
        .route("/api/channel/messages/read", web::put().to(messages::read));
}
