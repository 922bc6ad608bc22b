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

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource, ResponseError as _};
use latchkey_common::auth::Scoped;
use latchkey_common::server::{Dialect, Refusal, is_below};
use latchkey_contracts::namespaces::DOCUMENT;
use latchkey_contracts::namespaces::{FieldsError, message};

/// The caller of this contract, whose token has the scope `S`.
type With<S> = Scoped<S, FieldsError>;

/// What the edge refuses, in this contract's words: whatever is not allowed is not there.
pub(crate) const DIALECT: Dialect = Dialect {
    owns: |path| {
        let path = path.strip_prefix("/api").unwrap_or(path);
        // What lies below `/api/user` is the chat contract's.
        path == "/user"
            || ["/invites", "/namespaces", "/n"]
                .iter()
                .any(|root| is_below(path, root))
    },
    guards_strangers: false,
    refuse: |_, refusal| match refusal {
        Refusal::ForeignPage | Refusal::NoSuchPath => FieldsError::NotFound.error_response(),
        Refusal::WrongMethod => message(StatusCode::METHOD_NOT_ALLOWED),
        Refusal::Trouble(fault) => FieldsError::from(fault).error_response(),
    },
};

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

/// The description of the contract.
pub(super) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(DOCUMENT)
}

fn resource(prefix: &str, path: &str) -> Resource {
    web::resource(format!("{prefix}{path}"))
}
