//! Headers that keep browsers from doing more with an answer than it is meant for. A handler that
//! knows better (a page with a form) sets its own.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// Answers are personal and of the moment; and none of them is a page, unless its handler says so.
const HARDENED: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (CACHE_CONTROL, "no-store"),
    // No page that opened ours, or was opened by it, keeps a hand on it.
    (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    // Pages of other origins ask by CORS or not at all; this is about what they would embed.
    (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// `strict`: that browsers shall come over https from now on.
pub(super) fn harden(headers: &mut HeaderMap, strict: Option<&HeaderValue>) {
    if let Some(strict) = strict {
        headers.insert(STRICT_TRANSPORT_SECURITY, strict.clone());
    }
    for (name, value) in HARDENED {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
