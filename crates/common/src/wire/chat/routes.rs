//! Unknown paths and wrong methods, answered as problems.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse};

use crate::wire::problem::Problem;

/// The app's default service: no route has this path.
pub async fn no_such_path(_: HttpRequest) -> HttpResponse {
    Problem::not_found().response()
}

/// How another contract words 404 and 405 where the framework makes them. In the app data of its
/// resources.
#[derive(Debug, Clone, Copy)]
pub struct Refusals(pub fn(StatusCode) -> HttpResponse);

/// Gives the framework's own bare refusals the contract's shape: 404 and 405 without a body. The
/// `Allow` header, which the framework makes from the routes, stays.
pub fn shape_refusals<B: MessageBody + 'static>(
    answer: ServiceResponse<B>,
) -> ServiceResponse<BoxBody> {
    let problem = match answer.status() {
        StatusCode::METHOD_NOT_ALLOWED => Problem::method_not_allowed(),
        StatusCode::NOT_FOUND => Problem::not_found(),
        _ => return answer.map_into_boxed_body(),
    };
    if answer.headers().contains_key(CONTENT_TYPE) {
        return answer.map_into_boxed_body();
    }
    let allow = answer.headers().get(ALLOW).cloned();
    let mut shaped = match answer.request().app_data::<Refusals>() {
        Some(Refusals(words)) => words(problem.status),
        None => problem.response(),
    };
    if let Some(allow) = allow {
        shaped.headers_mut().insert(ALLOW, allow);
    }
    answer.into_response(shaped)
}
