//! The session cookie `t`.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::time::{Duration as Span, OffsetDateTime};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::COOKIE;

use crate::clock::Millis;
use crate::secret::{Secret, TOKEN_CHARS};

/// The cookie's name, by contract.
pub const COOKIE_NAME: &str = "t";

/// The cookie of the Discord contract, by contract.
pub const RDS_COOKIE_NAME: &str = "rds-session";

/// Says that somebody has signed in with this device before.
pub const DEVICE_COOKIE_NAME: &str = "device";

/// How session cookies are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieSettings {
    /// How long a session lives from its last renewal; the cookie says the same.
    pub life: Duration,
    /// True when the public URL is https: the cookie never leaves over plain HTTP.
    pub secure: bool,
}

/// The cookie that carries `token`, sent at login and whenever the session is renewed.
pub fn session_cookie(settings: CookieSettings, now: Millis, token: &Secret) -> Cookie<'static> {
    let life = Span::try_from(settings.life).unwrap_or(Span::MAX);
    let mut cookie = Cookie::build(COOKIE_NAME, token.expose().to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.secure)
        .max_age(life)
        .finish();
    // Beyond the calendar there is nothing to say; `Max-Age` counts.
    if let Ok(end) = OffsetDateTime::from_unix_timestamp(now.plus(settings.life).seconds()) {
        cookie.set_expires(end);
    }
    cookie
}

/// Where people sign in: by a program, and on a page.
const LOGINS: [&str; 2] = ["/api/user/login", "/login"];

/// The cookies that a device keeps on which somebody has signed in. They go to the logins alone, one to each, and
/// live for `life`, whatever becomes of the session.
pub fn device_cookies(
    settings: CookieSettings,
    text: &Secret,
    life: Duration,
) -> [Cookie<'static>; 2] {
    LOGINS.map(|path| {
        Cookie::build(DEVICE_COOKIE_NAME, text.expose().to_owned())
            .path(path)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(settings.secure)
            .max_age(Span::try_from(life).unwrap_or(Span::MAX))
            .finish()
    })
}

/// The cookie that takes the session's cookie away. `Secure` is added on the way out where it is
/// due, because a refusal does not know the settings.
pub fn clear_cookie() -> Cookie<'static> {
    Cookie::build(COOKIE_NAME, "")
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Span::ZERO)
        .expires(OffsetDateTime::UNIX_EPOCH)
        .finish()
}

/// The cookie that takes the one of the Discord contract away.
pub fn clear_rds_cookie() -> Cookie<'static> {
    let mut cookie = clear_cookie();
    cookie.set_name(RDS_COOKIE_NAME);
    cookie
}

/// What the *first* cookie named `t` carries, if it has the form of a token. Read by hand: bytes
/// that are no text, missing signs and repeats are everyday garbage and simply no session.
pub fn session_token(req: &HttpRequest) -> Option<Secret> {
    let token = first_cookie(req, COOKIE_NAME)?;
    is_token(token).then(|| Secret::new(token))
}

/// The text of the first cookie of this name.
pub fn first_cookie<'a>(req: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let value = req
        .headers()
        .get_all(COOKIE)
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .find_map(|pair| {
            let rest = pair.trim_ascii().strip_prefix(name.as_bytes())?;
            rest.strip_prefix(b"=")
        })?;
    std::str::from_utf8(value).ok()
}

/// True for a text that has the form of a token of ours.
pub(super) fn is_token(text: &str) -> bool {
    text.len() == TOKEN_CHARS
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='))
}
