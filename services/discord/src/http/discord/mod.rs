//! The Discord contract: its shapes, its refusals, its handlers.

pub(super) mod dto;
mod errors;
pub(super) mod invites;
pub(super) mod links;

use actix_web::HttpRequest;
use actix_web::web::Query;
use latchkey_common::auth::TokenCaller;
use latchkey_contracts::discord::BadQuery;
use serde::de::DeserializeOwned;

use crate::domain::subject::Asker;

const fn asker(caller: &TokenCaller) -> Asker {
    Asker {
        user: caller.user,
        is_super_user: caller.is_super_user,
    }
}

/// The query of a call. Read inside the handler, so that 401 precedes; unknown members are ignored.
fn query<T: DeserializeOwned>(req: &HttpRequest) -> Result<T, BadQuery> {
    Query::<T>::from_query(req.query_string())
        .map(Query::into_inner)
        .map_err(|_quotes_input| BadQuery)
}
