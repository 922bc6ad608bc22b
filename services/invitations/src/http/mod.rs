//! The sitemap: every public route of this service. The namespace contract, which is served under
//! two prefixes, has its page in [`namespaces`].

mod chat;
mod choirs;
mod groups;
mod namespaces;
pub(crate) mod page;

use std::sync::Arc;

use actix_web::web::{self, ServiceConfig};
use latchkey_common::auth::jwt::{Bearer, Verifier};
use latchkey_common::auth::{
    SessionAuthority, TokenAuthority, authority_data, token_authority_data,
};
use latchkey_common::server::{Contract, Mount};
use latchkey_common::wire::body::SmallBody;
use latchkey_contracts as contracts;

use crate::app::App;

/// What is served here.
pub(crate) static CONTRACTS: [&Contract; 5] = [
    &contracts::chat::CONTRACT,
    &contracts::groups::CONTRACT,
    &contracts::choirs::CONTRACT,
    &contracts::namespaces::CONTRACT,
    &contracts::pages::CONTRACT,
];

/// The routes, by path, with what their handlers need.
pub(crate) fn mount(
    app: web::Data<App>,
    sessions: Arc<dyn SessionAuthority>,
    tokens: Arc<dyn TokenAuthority>,
) -> Mount {
    let (sessions, tokens) = (authority_data(sessions), token_authority_data(tokens));
    Arc::new(move |cfg| {
        cfg.app_data(app.clone())
            .app_data(sessions.clone())
            .app_data(tokens.clone())
            .service(
                web::resource(contracts::pages::REGISTER)
                    .route(web::get().to(page::show))
                    .route(web::post().to(page::submit)),
            )
            .service(
                web::resource("/api/user/create")
                    .app_data(SmallBody)
                    .route(web::post().to(chat::register::create)),
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
        namespaces::routes(cfg, "");
        namespaces::routes(cfg, "/api");
    })
}

/// The routes of the group contract, which has signed tokens of its own.
pub(crate) fn mount_groups(app: web::Data<App>, bearers: web::Data<Verifier<Bearer>>) -> Mount {
    Arc::new(move |cfg| {
        cfg.app_data(app.clone())
            .app_data(bearers.clone())
            .configure(group_routes);
    })
}

/// With and without a slash at the end.
fn group_routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource(["/invite/", "/invite"])
            .route(web::post().to(groups::invites::create))
            .route(web::get().to(groups::invites::list)),
    )
    .service(
        web::resource(["/invite/{id}", "/invite/{id}/"])
            .route(web::get().to(groups::invites::get))
            .route(web::patch().to(groups::invites::update))
            .route(web::delete().to(groups::invites::delete)),
    )
    .service(
        web::resource([
            "/invite/{sender}/group/{id}",
            "/invite/{sender}/group/{id}/",
        ])
        .route(web::get().to(groups::invites::list_of_group)),
    )
    .service(
        web::resource(["/invite/{sender}/user/{id}", "/invite/{sender}/user/{id}/"])
            .route(web::get().to(groups::invites::list_of_user)),
    )
    .service(
        web::resource(["/group", "/group/"])
            .route(web::post().to(groups::own::create))
            .route(web::get().to(groups::own::list)),
    )
    .service(
        web::resource(["/group/{name}", "/group/{name}/"])
            .route(web::get().to(groups::own::get))
            .route(web::patch().to(groups::own::update))
            .route(web::delete().to(groups::own::delete)),
    )
    .service(
        web::resource(["/member/group/{id}", "/member/group/{id}/"])
            .route(web::get().to(groups::members::of_group)),
    )
    .service(
        web::resource(["/member/user/{id}", "/member/user/{id}/"])
            .route(web::get().to(groups::members::of_user)),
    )
    .service(
        web::resource(["/member/{id}", "/member/{id}/"])
            .route(web::patch().to(groups::members::update))
            .route(web::delete().to(groups::members::delete)),
    );
}

fn choir_routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/check/{id:.*}").route(web::get().to(choirs::invitations::check)))
        .service(web::resource("/create").route(web::post().to(choirs::invitations::create)))
        .service(web::resource("/create/").route(web::post().to(choirs::invitations::create)))
        .service(web::resource("/keys").route(web::get().to(choirs::keys::page)))
        .service(web::resource("/keys/create").route(web::post().to(choirs::keys::create)))
        .service(web::resource("/keys/delete").route(web::post().to(choirs::keys::delete)))
        .service(web::resource("/keys/list").route(web::get().to(choirs::keys::list)));
}
