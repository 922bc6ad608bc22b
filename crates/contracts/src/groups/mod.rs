//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod error;
mod token;

use actix_web::ResponseError as _;
use latchkey_common::auth::Who;
use latchkey_common::server::{Contract, Paths, Refusal, Root};
use latchkey_common::wire::input;

pub use self::error::GroupError;
pub use self::token::Bearer;

/// The caller: a signed token in `Authorization: Bearer`.
pub type Caller = Who<Bearer, GroupError>;
/// A body.
pub type Json<T> = input::Json<T, GroupError>;
/// A body that may be left out.
pub type JsonOrNothing<T> = input::JsonOrNothing<T, GroupError>;
/// A query.
pub type Query<T> = input::Query<T, GroupError>;
/// The variable parts of a path.
pub type Path<T> = input::Path<T, GroupError>;

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract.
pub static CONTRACT: Contract = Contract {
    name: "group-join-requests",
    document: Some(DOCUMENT),
    paths: Paths::Roots(&[
        Root::Below("/invite"),
        Root::Below("/group"),
        Root::Below("/member"),
        Root::Below("/login"),
        Root::Below("/users"),
    ]),
    beside: &[],
    guards_strangers: false,
    refuse: |_, refusal| {
        let error = match refusal {
            Refusal::ForeignPage(foreign) => GroupError::foreign_page(&foreign),
            Refusal::NoSuchPath => GroupError::not_found("Caminho não encontrado."),
            Refusal::WrongMethod => GroupError::method_not_allowed(),
            Refusal::Trouble(fault) => fault.into(),
        };
        error.error_response()
    },
    page: latchkey_pages::refused_to_people,
};
