//! The namespace contract: invites into trees of namespaces, with scoped API tokens.

mod error;
pub mod scopes;

use actix_web::ResponseError as _;
use actix_web::http::StatusCode;
use latchkey_common::auth::{ApiToken, Who};
use latchkey_common::server::{Contract, Paths, Refusal, Root};
use latchkey_common::wire::input;

pub use self::error::FieldsError;

/// The caller, whose token has the scope `S`.
pub type Caller<S> = Who<ApiToken<S>, FieldsError>;
/// A query.
pub type Query<T> = input::Query<T, FieldsError>;
/// The variable parts of a path.
pub type Path<T> = input::Path<T, FieldsError>;
use self::error::message;

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract. Everything lies at the document's paths, and again under `/api`, where the real Go
/// client looks; below `/api/user` lies the chat contract.
pub static CONTRACT: Contract = Contract {
    name: "namespaces",
    document: Some(DOCUMENT),
    paths: Paths::Roots(&[
        Root::Only("/user"),
        Root::Below("/invites"),
        Root::Below("/namespaces"),
        Root::Below("/n"),
        Root::Only("/api/user"),
        Root::Below("/api/invites"),
        Root::Below("/api/namespaces"),
        Root::Below("/api/n"),
    ]),
    beside: &[],
    guards_strangers: false,
    refuse: |_, refusal| match refusal {
        Refusal::ForeignPage(_) | Refusal::NoSuchPath => FieldsError::NotFound.error_response(),
        Refusal::WrongMethod => message(StatusCode::METHOD_NOT_ALLOWED),
        Refusal::Trouble(fault) => FieldsError::from(fault).error_response(),
    },
    page: latchkey_pages::refused_to_people,
};
