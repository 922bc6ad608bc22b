//! The sitemap: every public route of this service.

mod discord;

use std::sync::Arc;

use actix_web::web::{self, resource};
use latchkey_common::auth::jwt::{Rds, Verifier};
use latchkey_common::server::Mount;

use self::discord::{invites, links};
use crate::app::App;

/// The routes, by path.
pub(crate) fn mount(app: web::Data<App>, verifier: web::Data<Verifier<Rds>>) -> Mount {
    Arc::new(move |cfg| {
        cfg.app_data(app.clone()).app_data(verifier.clone());
        // The three spellings of the one path, as the document has them.
        cfg.service(
            resource("/discord/invites")
                .route(web::get().to(invites::read))
                .route(web::post().to(invites::create)),
        )
        .service(
            resource("/discord-actions/invite")
                .route(web::get().to(invites::read))
                .route(web::post().to(invites::create)),
        )
        .service(
            resource("/discord-actions/invites")
                .route(web::get().to(invites::read))
                .route(web::post().to(invites::create)),
        )
        // Beyond the document, for super users.
        .service(resource("/discord/links").route(web::get().to(links::list)))
        .service(resource("/discord/links/{id}").route(web::delete().to(links::revoke)));
    })
}
