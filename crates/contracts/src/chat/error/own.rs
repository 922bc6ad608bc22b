//! The problems that the contract does not name: what any server may answer.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::Problem;

impl Problem {
    /// A bug, or a machine that misbehaves.
    pub const fn internal_error() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal-error",
            "Internal error",
            "Something went wrong on our side. The request id in the answer's header helps to find out what.",
        )
    }

    /// No route has this path.
    pub const fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Not found",
            "Nothing is served at this path.",
        )
    }

    /// The path exists, the method does not fit.
    pub const fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "Method not allowed",
            "This path does not take this method. The Allow header names those that it takes.",
        )
    }

    /// No session. The answer takes the cookie away, so that a browser stops sending it.
    pub const fn unauthorized() -> Self {
        let mut problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Unauthorized",
            "There is no live session. Log in first.",
        );
        problem.clear_cookie = true;
        problem
    }

    /// The key of a call was used for another one.
    pub const fn key_reused() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "Idempotency key was used before",
            "This Idempotency-Key was used for a call with another path or body. Take a new one for another call.",
        )
    }

    /// The first call with this key has not ended.
    pub const fn key_in_progress() -> Self {
        let mut problem = Self::new(
            StatusCode::CONFLICT,
            "idempotency-key-in-progress",
            "Call is still running",
            "The first call with this Idempotency-Key has not ended yet. Try again in a moment.",
        );
        problem.retry_after = Some(Duration::from_secs(1));
        problem
    }

    /// A limit is used up until `retry_after` has passed.
    pub const fn too_many_requests(retry_after: Duration) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            "Too many requests",
            "A limit is reached. Try again later.",
        );
        problem.retry_after = Some(retry_after);
        problem
    }

    /// Something that this call needs is down or overloaded.
    pub const fn service_unavailable(retry_after: Duration) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "service-unavailable",
            "Service unavailable",
            "The service cannot answer right now. Try again in a moment.",
        );
        problem.retry_after = Some(retry_after);
        problem
    }
}
