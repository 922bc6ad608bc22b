//! Answers to browsers whose page lives on another origin that the settings allow.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};

use super::network::Origin;
use super::settings::EdgeSettings;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str =
    "content-type, authorization, last-event-id, traceparent, x-request-id";
const ANSWER_HEADERS: &str = "link, retry-after, x-request-id";
/// Browsers may keep a preflight's answer this long, in seconds; ten minutes is what most cap at.
const MAX_AGE: &str = "600";

/// What CORS has to say about one request.
pub(super) struct Cors {
    /// The allowed origin that asks, as it spells itself.
    origin: Option<HeaderValue>,
    /// True when answers differ by origin, so that caches must tell them apart.
    varies: bool,
}

impl Cors {
    pub(super) fn of(req: &ServiceRequest, settings: &EdgeSettings) -> Self {
        let origin = req.headers().get(ORIGIN).filter(|value| {
            let origin = value.to_str().ok().and_then(Origin::parse);
            origin.is_some_and(|origin| settings.allowed_origins.contains(&origin))
        });
        Self {
            origin: origin.cloned(),
            varies: !settings.allowed_origins.is_empty(),
        }
    }

    /// The answer to a browser that asks first, for an allowed origin.
    pub(super) fn preflight(&self, req: &ServiceRequest) -> Option<HttpResponse> {
        let asks = req.method() == Method::OPTIONS
            && req.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        (asks && self.origin.is_some()).then(|| {
            HttpResponse::NoContent()
                .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
                .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
                .finish()
        })
    }

    pub(super) fn allow(&self, headers: &mut HeaderMap) {
        if self.varies {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(origin) = &self.origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(ANSWER_HEADERS),
            );
        }
    }
}
