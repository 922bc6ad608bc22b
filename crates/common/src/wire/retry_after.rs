//! `Retry-After`: when a caller that was refused may come back.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::RETRY_AFTER;

/// The answer, with the wait in whole seconds if there is one: rounded up, because a caller that comes
/// back early is refused again, and at least 1.
pub fn with_retry_after(mut answer: HttpResponse, wait: Option<Duration>) -> HttpResponse {
    if let Some(wait) = wait {
        let seconds = whole_seconds(wait).into();
        answer.headers_mut().insert(RETRY_AFTER, seconds);
    }
    answer
}

/// A wait in whole seconds, as it is told.
pub fn whole_seconds(wait: Duration) -> u64 {
    let up = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(up).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_come_back_early() {
        for (wait, told) in [
            (Duration::ZERO, "1"),
            (Duration::from_nanos(1), "1"),
            (Duration::from_secs(1), "1"),
            (Duration::from_millis(1_001), "2"),
            (Duration::MAX, "18446744073709551615"),
        ] {
            let answer = with_retry_after(HttpResponse::Ok().finish(), Some(wait));
            assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), told, "{wait:?}");
        }
        let answer = with_retry_after(HttpResponse::Ok().finish(), None);
        assert!(answer.headers().get(RETRY_AFTER).is_none());
    }
}
