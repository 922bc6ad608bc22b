//! The sitemap: every public route of this service. The namespace contract, which is served under
//! two prefixes, has its page in [`namespaces`].

mod chat;
mod namespaces;
pub(crate) mod page;

use std::sync::Arc;

use actix_web::web;
use latchkey_common::auth::token_authority_data;
use latchkey_common::server::Mount;
use latchkey_peers::users::UsersApi;

use crate::app::App;

/// The routes, by path.
pub(crate) fn mount(app: web::Data<App>) -> Mount {
    Arc::new(move |cfg| {
        cfg.app_data(app.clone())
            .app_data(token_authority_data(Arc::<dyn UsersApi>::clone(&app.users)))
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
            );
        cfg.service(
            web::resource("/openapi/namespaces.json").route(web::get().to(namespaces::openapi)),
        );
        namespaces::routes(cfg, "");
        namespaces::routes(cfg, "/api");
    })
}
