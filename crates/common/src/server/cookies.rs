//! Session cookies on their way out: sent again when the session's life was extended, and `Secure`
//! where the public URL is https.

use actix_web::HttpMessage as _;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderValue, SET_COOKIE};

use super::edge::Edge;
use crate::auth::{COOKIE_NAME, Renewed};

pub(super) fn send_again(answer: &mut ServiceResponse<BoxBody>, edge: &Edge) {
    let renewed = answer.request().extensions_mut().remove::<Renewed>();
    if sets_session(answer) {
        // The handler has its own word about the cookie (a logout), which counts.
        if edge.settings().cookies().secure {
            make_secure(answer);
        }
    } else if let Some(Renewed(token)) = renewed {
        let cookie = edge.session_cookie(&token).to_string();
        if let Ok(value) = HeaderValue::try_from(cookie) {
            answer.headers_mut().append(SET_COOKIE, value);
        }
    }
}

fn sets_session(answer: &ServiceResponse<BoxBody>) -> bool {
    let mut cookies = answer.headers().get_all(SET_COOKIE);
    cookies.any(|cookie| {
        let name = cookie.as_bytes().split(|byte| *byte == b'=').next();
        name == Some(COOKIE_NAME.as_bytes())
    })
}

/// Refusals clear the cookie without knowing the settings.
fn make_secure(answer: &mut ServiceResponse<BoxBody>) {
    let cookies: Vec<HeaderValue> = answer.headers_mut().remove(SET_COOKIE).collect();
    for cookie in cookies {
        let secured = cookie
            .to_str()
            .ok()
            .filter(|text| {
                text.split('=').next() == Some(COOKIE_NAME) && !text.contains("; Secure")
            })
            .and_then(|text| HeaderValue::try_from(format!("{text}; Secure")).ok());
        answer
            .headers_mut()
            .append(SET_COOKIE, secured.unwrap_or(cookie));
    }
}
