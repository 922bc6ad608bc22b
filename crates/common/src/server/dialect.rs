//! What the edge refuses by itself, in the words of the contract that the path belongs to.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{ALLOW, CONTENT_TYPE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, ResponseError as _};

use crate::fault::Fault;
use crate::wire::problem::Problem;

/// What the edge refuses before, beside or after a handler.
#[derive(Debug)]
pub enum Refusal {
    /// A page of another site would change something in a visitor's name.
    ForeignPage,
    /// No route has this path.
    NoSuchPath,
    /// The path has other methods.
    WrongMethod,
    /// The handler broke or took too long. Whoever words it logs it, as with every fault.
    Trouble(Fault),
}

/// How one contract words refusals. Services register theirs ([`super::Parts::dialects`]); on every
/// other path the edge speaks problems, as the chat contract does.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// True for the paths of the contract, those that nothing routes included. They come as the router
    /// reads them, decoded.
    pub owns: fn(path: &str) -> bool,
    /// Whether a page of another site may not even act as a stranger. It may in contracts whose
    /// callers sign in elsewhere; where people log in and register, it could make a visitor's
    /// browser log in as somebody else and go on unnoticed.
    pub guards_strangers: bool,
    /// The answer to a request with this method.
    pub refuse: fn(method: &Method, refusal: Refusal) -> HttpResponse,
}

impl Dialect {
    /// Problem details, for every path that no other dialect owns.
    pub const PROBLEMS: Self = Self {
        owns: |_| true,
        guards_strangers: true,
        refuse: |_, refusal| {
            let problem = match refusal {
                Refusal::ForeignPage => Problem::no_permission(),
                Refusal::NoSuchPath => Problem::not_found(),
                Refusal::WrongMethod => Problem::method_not_allowed(),
                Refusal::Trouble(fault) => fault.into(),
            };
            problem.error_response()
        },
    };
}

/// True for `root` itself and for everything below it.
pub fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Gives the framework's own bare refusals, 404 and 405 without a body, their words. The `Allow`
/// header, which the framework makes from the routes, stays.
pub(super) fn shape<B: MessageBody + 'static>(
    answer: ServiceResponse<B>,
    refuse: impl FnOnce(Refusal) -> HttpResponse,
) -> ServiceResponse<BoxBody> {
    let refusal = match answer.status() {
        StatusCode::METHOD_NOT_ALLOWED => Refusal::WrongMethod,
        StatusCode::NOT_FOUND => Refusal::NoSuchPath,
        _ => return answer.map_into_boxed_body(),
    };
    if answer.headers().contains_key(CONTENT_TYPE) {
        return answer.map_into_boxed_body();
    }
    let allow = answer.headers().get(ALLOW).cloned();
    let mut shaped = refuse(refusal);
    if let Some(allow) = allow {
        shaped.headers_mut().insert(ALLOW, allow);
    }
    answer.into_response(shaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_whole_parts_of_a_path() {
        for path in ["/invite", "/invite/", "/invite/a/b"] {
            assert!(is_below(path, "/invite"), "{path}");
        }
        for path in ["/invites", "/invitex/a", "/", "", "/a/invite"] {
            assert!(!is_below(path, "/invite"), "{path}");
        }
    }
}
