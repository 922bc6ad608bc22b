//! The namespace contract: translate in, one use case, translate out. Everything stands at the
//! document's path, and again under `/api`, where the real Go client looks; the addresses in an
//! answer lead to where the question came to.

mod collaborators;
mod dto;
mod errors;
mod input;
mod invites;
mod links;
mod tree;
mod user;

use actix_web::Resource;
use actix_web::web::{self, ServiceConfig};
use latchkey_common::auth::Scoped;
use latchkey_contracts::namespaces::FieldsError;

/// The caller of this contract, whose token has the scope `S`.
type With<S> = Scoped<S, FieldsError>;

/// The routes, by path, below `prefix`. Longer paths come first: a path of names swallows the rest.
pub(super) fn routes(config: &mut ServiceConfig, prefix: &str) {
    config
        .service(resource(prefix, "/user").route(web::get().to(user::show)))
        .service(resource(prefix, "/invites").route(web::get().to(invites::list_mine)))
        .service(
            resource(prefix, "/invites/{id}")
                .route(web::patch().to(invites::accept))
                .route(web::delete().to(invites::end)),
        )
        .service(
            resource(prefix, "/namespaces")
                .route(web::get().to(tree::list))
                .route(web::post().to(tree::create)),
        )
        .service(
            resource(prefix, "/n/{user}/{path:.+}/-/invites")
                .route(web::get().to(invites::list))
                .route(web::post().to(invites::create)),
        )
        .service(
            resource(prefix, "/n/{user}/{path:.+}/-/collaborators")
                .route(web::get().to(collaborators::list)),
        )
        .service(
            resource(prefix, "/n/{user}/{path:.+}/-/collaborators/{username}")
                .route(web::delete().to(collaborators::remove)),
        )
        .service(
            resource(prefix, "/n/{user}/{path:.+}/-/namespaces")
                .route(web::get().to(tree::list_children)),
        )
        .service(
            resource(prefix, "/n/{user}/{path:.+}")
                .route(web::get().to(tree::show))
                .route(web::patch().to(tree::edit))
                .route(web::delete().to(tree::delete)),
        );
}

fn resource(prefix: &str, path: &str) -> Resource {
    web::resource(format!("{prefix}{path}"))
}
