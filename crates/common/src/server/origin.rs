//! The `Origin` check: a page on another site cannot make a visitor's browser change something
//! here. Requests without the header are not a browser's and pass.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{COOKIE, HOST, ORIGIN};

use super::contract::Contract;
use super::edge::Edge;
use super::foreign::Foreign;
use super::network::Origin;
use super::own_form;
use crate::auth::{COOKIE_NAME, RDS_COOKIE_NAME};

/// The page that is to be refused: the request may change something, carries a cookie that signs
/// somebody in (where the contract does not guard strangers too), and comes from an origin that is
/// neither ours nor allowed.
pub(super) fn foreign(req: &ServiceRequest, edge: &Edge, contract: &Contract) -> Option<Foreign> {
    if is_safe(req.method()) || !(contract.guards_strangers || has_session_cookie(req)) {
        return None;
    }
    // An empty header names nobody; no browser sends one.
    let mut origins = req.headers().get_all(ORIGIN).filter(|one| !one.is_empty());
    let origin = match (origins.next(), origins.next()) {
        (None, _) => return None,
        (Some(one), None) if one == "null" => Err(NULL),
        (Some(one), None) => one.to_str().ok().and_then(Origin::parse).ok_or(UNREADABLE),
        _ => Err("several origins"),
    };
    let is_null = matches!(origin, Err(NULL));
    if is_null && (is_same_origin_form(req) || own_form::is_one(req)) {
        return None;
    }
    // `null` (a sandboxed frame, a local file) is no origin of ours either.
    let page = match origin {
        Ok(origin) if is_ours(req, edge, &origin) => return None,
        Ok(origin) => origin.as_str().to_owned(),
        Err(words) => words.to_owned(),
    };
    Some(Foreign {
        page,
        own: edge.public_url(),
    })
}

const NULL: &str = "no origin (null)";
const UNREADABLE: &str = "an origin that cannot be read";

/// A form on a page of ours that sends no referrer comes with `Origin: null`. The browser says
/// beside it that page and target are of one origin; no page can set that header.
fn is_same_origin_form(req: &ServiceRequest) -> bool {
    let mut all = req.headers().get_all("sec-fetch-site");
    all.next().is_some_and(|one| one == "same-origin") && all.next().is_none()
}

const fn is_safe(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

fn has_session_cookie(req: &ServiceRequest) -> bool {
    req.headers()
        .get_all(COOKIE)
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .any(|pair| {
            let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
            let name = name.trim_ascii();
            [COOKIE_NAME, RDS_COOKIE_NAME]
                .map(str::as_bytes)
                .contains(&name)
        })
}

/// The request's own host counts whatever the scheme: behind a gateway that ends TLS we see http.
fn is_ours(req: &ServiceRequest, edge: &Edge, origin: &Origin) -> bool {
    let settings = edge.settings();
    let host = req.headers().get(HOST).and_then(|host| host.to_str().ok());
    let is_own_host = host.is_some_and(|host| {
        ["http", "https"].iter().any(|scheme| {
            Origin::parse(&format!("{scheme}://{host}"))
                .is_some_and(|own| own.host() == origin.host())
        })
    });
    is_own_host
        || Origin::parse(&edge.public_url()).as_ref() == Some(origin)
        || settings.allowed_origins.contains(origin)
}
