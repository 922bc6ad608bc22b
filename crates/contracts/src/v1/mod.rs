//! Our own contract: all that the engine knows, below `/v1`. Ids are typed words, lists go on by cursor,
//! refusals are problems whose `type` is an address of this server, and a call with an `Idempotency-Key` is
//! made once.
//!
//! Additive changes are free, and clients accept members and words that they do not know; no member is ever
//! renamed. Strict is what comes in: [`input`] takes no member and no parameter that it does not know.

pub mod answer;
pub mod conditions;
pub mod ids;
pub mod input;
pub mod list;
pub mod problem;
pub mod query;
pub mod scopes;
pub mod times;

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, ResponseError as _};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::{Credential as _, Known, Refused, Scope, SessionOrToken, Who};
use latchkey_common::server::{Contract, Paths, Refusal, Root};

pub use self::answer::Answer;
pub use self::conditions::IfMatch;
pub use self::input::{Body, Path};
pub use self::problem::Problem;
use self::problem::catalogue;
pub use self::query::Query;

/// The caller: a session in the cookie `t`, or an API token with the scope `S`.
pub type Caller<S> = Who<SessionOrToken<S>, Problem>;

/// The caller, or somebody who is not signed in. A cookie whose session has ended is as good as none, because
/// browsers send it on; a token that is shown must be alive.
#[derive(Debug)]
pub struct MaybeCaller<S>(pub Option<Known>, PhantomData<fn() -> S>);

impl<S: Scope> FromRequest for MaybeCaller<S> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let known = match SessionOrToken::<S>::caller(&req).await {
                Ok(known) => Some(known),
                Err(Refused::NoSession) => None,
                Err(refused) => return Err(refused.into()),
            };
            Ok(Self(known, PhantomData))
        })
    }
}

/// Where everything lies.
pub const ROOT: &str = "/v1";

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract. Its calls register people and sign them in, so no page of another site makes them.
pub static CONTRACT: Contract = Contract {
    name: "v1",
    document: Some(DOCUMENT),
    paths: Paths::Roots(&[Root::Below(ROOT)]),
    beside: &[],
    guards_strangers: true,
    refuse: |_, refusal| {
        let problem = match refusal {
            Refusal::ForeignPage(foreign) => {
                Problem::of(&catalogue::FOREIGN_PAGE).saying(foreign.sentence())
            }
            Refusal::NoSuchPath => Problem::of(&catalogue::NO_SUCH_PATH),
            Refusal::WrongMethod => Problem::of(&catalogue::METHOD_NOT_ALLOWED),
            Refusal::Trouble(fault) => fault.into(),
        };
        problem.error_response()
    },
    page: latchkey_pages::refused_to_people,
};
