//! The Discord contract: one invite link per user.

mod error;
mod token;

use actix_web::ResponseError as _;
use actix_web::http::{Method, StatusCode};
use latchkey_common::auth::Who;
use latchkey_common::server::{Contract, Paths, Refusal, Root};
use latchkey_common::wire::input;

pub use self::error::{LinksRefusal, MakeRefusal, NoSuccess, ReadRefusal};
pub use self::token::Rds;

/// The caller of a call that refuses with an `E`: a signed token in the cookie `rds-session`.
pub type Caller<E> = Who<Rds, E>;
/// A query.
pub type Query<T, E> = input::NumbersQuery<T, E>;

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract. Behind `/discord-actions` lie the document's other spellings of its path.
pub static CONTRACT: Contract = Contract {
    name: "discord",
    document: Some(DOCUMENT),
    paths: Paths::Roots(&[Root::Below("/discord"), Root::Below("/discord-actions")]),
    beside: &[],
    guards_strangers: false,
    refuse: |method, refusal| match refusal {
        Refusal::ForeignPage(foreign) => {
            NoSuccess::new(StatusCode::FORBIDDEN, foreign.sentence()).response()
        }
        Refusal::NoSuchPath => NoSuccess::new(StatusCode::NOT_FOUND, "Not found").response(),
        Refusal::WrongMethod => {
            NoSuccess::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed").response()
        }
        Refusal::Trouble(fault) if *method == Method::GET => {
            ReadRefusal::from(fault).error_response()
        }
        Refusal::Trouble(fault) => MakeRefusal::from(fault).error_response(),
    },
    page: latchkey_pages::refused_to_people,
};
