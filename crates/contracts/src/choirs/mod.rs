//! The choir contract: invitations by e-mail behind an API key, and the keys.

mod error;

use actix_web::ResponseError as _;
use latchkey_common::auth::{Session, Who};
use latchkey_common::server::{Contract, Paths, Refusal, Root};
use latchkey_common::wire::input;

pub use self::error::ChoirError;

/// Somebody on the page of keys.
pub type SignedIn = Who<Session, ChoirError>;
/// A body.
pub type Json<T> = input::Json<T, ChoirError>;
/// A query.
pub type Query<T> = input::Query<T, ChoirError>;

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract.
pub static CONTRACT: Contract = Contract {
    name: "choirs",
    document: Some(DOCUMENT),
    paths: Paths::Roots(&[
        Root::Below("/check"),
        Root::Below("/create"),
        Root::Below("/invitation"),
        Root::Below("/keys"),
    ]),
    beside: &[],
    guards_strangers: false,
    refuse: |_, refusal| {
        let error = match refusal {
            Refusal::ForeignPage(foreign) => ChoirError::forbidden(foreign.sentence()),
            Refusal::NoSuchPath => ChoirError::no_such_path(),
            Refusal::WrongMethod => ChoirError::method_not_allowed(),
            Refusal::Trouble(fault) => fault.into(),
        };
        error.error_response()
    },
    page: latchkey_pages::refused_to_people,
};
