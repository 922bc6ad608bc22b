//! The chat contract: accounts, sessions, channels, messages, and invitations to both. It runs
//! through three services. What no other contract has is refused in its words: its clients look
//! anywhere below `/api`.

mod error;
pub mod once;
mod shapes;

use actix_web::ResponseError as _;
use latchkey_common::auth::{Session, Who};
use latchkey_common::server::{Contract, Paths, Refusal, Root};
use latchkey_common::wire::input;

pub use self::error::Problem;
pub use self::once::{Key, Keyed};
pub use self::shapes::{User, UserChannel};

/// The caller: a session in the cookie `t`.
pub type SignedIn = Who<Session, Problem>;
/// A body.
pub type Json<T> = input::Json<T, Problem>;
/// A query.
pub type Query<T> = input::Query<T, Problem>;
/// The variable parts of a path.
pub type Path<T> = input::Path<T, Problem>;

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract.
pub static CONTRACT: Contract = Contract {
    name: "chat",
    document: Some(DOCUMENT),
    paths: Paths::Rest(Root::Below("/api")),
    beside: &[],
    guards_strangers: true,
    refuse: |_, refusal| {
        let problem = match refusal {
            Refusal::ForeignPage(foreign) => Problem::foreign_page(&foreign),
            Refusal::NoSuchPath => Problem::not_found(),
            Refusal::WrongMethod => Problem::method_not_allowed(),
            Refusal::Trouble(fault) => fault.into(),
        };
        problem.error_response()
    },
    page: latchkey_pages::refused_to_people,
};
