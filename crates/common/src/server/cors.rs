//! Answers to browsers whose page lives on another origin that the settings allow.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderMap, HeaderValue, ORIGIN, VARY,
};

use super::edge::Edge;
use super::network::Origin;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str =
    "content-type, authorization, idempotency-key, last-event-id, traceparent, x-request-id";
const ANSWER_HEADERS: &str = "idempotent-replayed, link, ratelimit, ratelimit-policy, retry-after, \
     x-request-id, x-wrong-input";
/// Browsers may keep a preflight's answer this long, in seconds; ten minutes is what most cap at.
const MAX_AGE: &str = "600";

/// What CORS has to say about one request.
pub(super) struct Cors {
    /// The allowed origin that asks, as it spells itself.
    origin: Option<HeaderValue>,
    /// True when answers differ by origin, so that caches must tell them apart.
    varies: bool,
    /// True when that origin is another site than this one.
    pub(super) is_other_site: bool,
}

impl Cors {
    pub(super) fn of(req: &ServiceRequest, edge: &Edge) -> Self {
        let allowed = &edge.settings().allowed_origins;
        let value = req.headers().get(ORIGIN);
        let origin = value
            .and_then(|value| Origin::parse(value.to_str().ok()?))
            .filter(|origin| allowed.contains(origin));
        Self {
            is_other_site: origin
                .as_ref()
                .is_some_and(|origin| is_other_site(req, edge, origin)),
            origin: origin.and(value.cloned()),
            varies: !allowed.is_empty(),
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

/// The browser says it; one that does not is judged by the names.
fn is_other_site(req: &ServiceRequest, edge: &Edge, origin: &Origin) -> bool {
    let told = req.headers().get("sec-fetch-site");
    match told.map(HeaderValue::as_bytes) {
        Some(b"cross-site") => true,
        Some(b"same-site" | b"same-origin") => false,
        _ => {
            let host = req.headers().get(HOST).and_then(|host| host.to_str().ok());
            // Behind a gateway that ends TLS we see http: the page's own scheme counts.
            let scheme = if origin.is_https() { "https" } else { "http" };
            let own = host.and_then(|host| Origin::parse(&format!("{scheme}://{host}")));
            let public = Origin::parse(&edge.public_url());
            let mut own = [own, public].into_iter().flatten();
            !own.any(|own| own.may_share_site(origin))
        }
    }
}
