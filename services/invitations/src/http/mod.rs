//! The sitemap: every public route of this service.

mod chat;
mod choirs;
pub(crate) mod page;

use std::sync::Arc;

use actix_web::web;
use latchkey_common::server::Mount;

use crate::app::App;

/// The routes, by path.
pub(crate) fn mount(app: web::Data<App>) -> Mount {
    Arc::new(move |cfg| {
        cfg.app_data(app.clone())
            .service(
                web::resource("/register")
                    .route(web::get().to(page::show))
                    .route(web::post().to(page::submit)),
            )
            .service(
                web::resource("/api/user/create").route(web::post().to(chat::register::create)),
            )
            .service(
                web::resource("/api/user/invites")
                    .route(web::get().to(chat::registration_invites::list)),
            )
            .service(
                web::resource("/api/user/invites/create")
                    .route(web::post().to(chat::registration_invites::create)),
            )
            .service(
                web::resource("/api/user/invites/remove")
                    .route(web::post().to(chat::registration_invites::remove)),
            )
            .service(
                web::resource("/api/user/channel/invites")
                    .route(web::get().to(chat::channel_invites::list_mine)),
            )
            .service(
                web::resource("/api/user/channel/invites/remove")
                    .route(web::post().to(chat::channel_invites::remove_mine)),
            )
            .service(
                web::resource("/api/user/channel/invites/clear")
                    .route(web::post().to(chat::channel_invites::clear_mine)),
            )
            .service(web::resource("/api/channel/join").route(web::post().to(chat::join::join)))
            .service(
                web::resource("/api/channel/invite")
                    .route(web::post().to(chat::channel_invites::create)),
            )
            .service(
                web::resource("/api/channel/invites")
                    .route(web::get().to(chat::channel_invites::list)),
            )
            .service(
                web::resource("/api/channel/invites/remove")
                    .route(web::post().to(chat::channel_invites::remove)),
            )
            .configure(choir_routes);
    })
}

fn choir_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::resource("/check/{id:.*}")
            .route(web::get().to(choirs::invitations::check))
            .default_service(choirs::only("GET")),
    )
    .service(
        web::resource("/create")
            .route(web::post().to(choirs::invitations::create))
            .default_service(choirs::only("POST")),
    )
    .service(
        web::resource("/create/")
            .route(web::post().to(choirs::invitations::create))
            .default_service(choirs::only("POST")),
    )
    .service(
        web::resource("/keys")
            .route(web::get().to(choirs::keys::page))
            .default_service(choirs::only("GET")),
    )
    .service(
        web::resource("/keys/create")
            .route(web::post().to(choirs::keys::create))
            .default_service(choirs::only("POST")),
    )
    .service(
        web::resource("/keys/delete")
            .route(web::post().to(choirs::keys::delete))
            .default_service(choirs::only("POST")),
    )
    .service(
        web::resource("/keys/list")
            .route(web::get().to(choirs::keys::list))
            .default_service(choirs::only("GET")),
    )
    .service(web::resource("/openapi/choirs.json").route(web::get().to(choirs::openapi)));
}
