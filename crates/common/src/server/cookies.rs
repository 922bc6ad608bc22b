//! Cookies on their way out: the session's is sent again when its life was extended, and all are
//! marked so that they are kept where the caller is. Whoever makes one, a refusal too, knows neither
//! the settings nor where the page lives.

use actix_web::HttpMessage as _;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderValue, SET_COOKIE};

use super::edge::Edge;
use crate::auth::{COOKIE_NAME, Renewed};

const SAME_SITE: &str = "SameSite=Lax";

/// `is_other_site`: the caller is a page of another site that the settings allow.
pub(super) fn send_again(answer: &mut ServiceResponse<BoxBody>, edge: &Edge, is_other_site: bool) {
    let renewed = answer.request().extensions_mut().remove::<Renewed>();
    // Where the handler has its own word about the cookie (a logout), that counts.
    if let Some(Renewed { token, latest }) = renewed
        && !sets_session(answer)
    {
        let cookie = edge.extended_cookie(&token, latest).to_string();
        if let Ok(value) = HeaderValue::try_from(cookie) {
            answer.headers_mut().append(SET_COOKIE, value);
        }
    }
    if is_other_site || edge.settings().cookies().secure {
        mark(answer, is_other_site);
    }
}

fn sets_session(answer: &ServiceResponse<BoxBody>) -> bool {
    let mut cookies = answer.headers().get_all(SET_COOKIE);
    cookies.any(|cookie| {
        let name = cookie.as_bytes().split(|byte| *byte == b'=').next();
        name == Some(COOKIE_NAME.as_bytes())
    })
}

fn mark(answer: &mut ServiceResponse<BoxBody>, is_other_site: bool) {
    let cookies: Vec<HeaderValue> = answer.headers_mut().remove(SET_COOKIE).collect();
    for cookie in cookies {
        let marked = cookie
            .to_str()
            .ok()
            .and_then(|text| HeaderValue::try_from(marked(text, is_other_site)).ok());
        answer
            .headers_mut()
            .append(SET_COOKIE, marked.unwrap_or(cookie));
    }
}

/// The cookie for https. To a page of another site browsers send none that is `Lax`; one that is
/// partitioned they keep for that site's pages alone, so that no third site's page can use it.
fn marked(cookie: &str, is_other_site: bool) -> String {
    let mut marked = cookie.to_owned();
    if is_other_site {
        marked = marked.replacen(SAME_SITE, "SameSite=None", 1);
    }
    if !marked.contains("; Secure") {
        marked.push_str("; Secure");
    }
    if is_other_site && !marked.contains("; Partitioned") {
        marked.push_str("; Partitioned");
    }
    marked
}
