//! What the edge tells Prometheus: count and time of every request, by route. Paths themselves are
//! no label, because anybody can invent them.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};

pub(super) fn request(method: &Method, route: Option<String>, status: StatusCode, took: Duration) {
    let method = known(method);
    let route = route.unwrap_or_else(|| "none".to_owned());
    metrics::counter!("latchkey_http_requests_total",
        "method" => method, "route" => route.clone(), "status" => status.as_str().to_owned())
    .increment(1);
    metrics::histogram!("latchkey_http_request_seconds",
        "method" => method, "route" => route, "class" => class(status))
    .record(took.as_secs_f64());
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

fn known(method: &Method) -> &'static str {
    for (known, name) in [
        (Method::GET, "GET"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::PATCH, "PATCH"),
        (Method::DELETE, "DELETE"),
        (Method::OPTIONS, "OPTIONS"),
        (Method::HEAD, "HEAD"),
    ] {
        if *method == known {
            return name;
        }
    }
    "other"
}
