//! Forms on pages of ours, told from those on pages of others where the browser says nothing: a page that sends no
//! referrer gives its form `Origin: null`, and over plain http nothing stands beside that. So a page leaves
//! a random text in a cookie, and its form carries the same text in its address. A page of another site can
//! neither read the cookie nor have it sent along (`SameSite`).

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::ServiceRequest;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::auth::first_cookie;

/// The name of the cookie, and of the member of the query.
const NAME: &str = "form";

/// Characters of a mark: a random UUID's digits.
const CHARS: usize = 32;

/// What a browser keeps as long as it is open, and every form on our pages carries.
#[derive(Clone)]
pub struct FormMark {
    text: String,
    is_new: bool,
}

impl FormMark {
    /// The one that the browser has, or a new one.
    pub fn of(req: &HttpRequest) -> Self {
        let kept = first_cookie(req, NAME).filter(|text| is_mark(text));
        Self {
            text: kept.map_or_else(|| Uuid::new_v4().simple().to_string(), str::to_owned),
            is_new: kept.is_none(),
        }
    }

    /// Where a form of a page goes that is answered at `path`.
    pub fn action(&self, path: &str) -> String {
        format!("{path}?{NAME}={}", self.text)
    }

    /// The cookie that goes with a page that has a form; none where the browser has it.
    pub fn cookie(&self) -> Option<Cookie<'static>> {
        let cookie = Cookie::build(NAME, self.text.clone())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax);
        self.is_new.then(|| cookie.finish())
    }
}

/// Whether the address of this request carries what the browser keeps. Browsers that say themselves from where
/// a form comes are believed instead.
pub(super) fn is_one(req: &ServiceRequest) -> bool {
    if req.headers().contains_key("sec-fetch-site") {
        return false;
    }
    let sent = req.query_string().split('&').find_map(|pair| {
        let value = pair.strip_prefix(NAME)?.strip_prefix('=')?;
        Some(value).filter(|value| is_mark(value))
    });
    let kept = first_cookie(req.request(), NAME);
    match (sent, kept) {
        (Some(sent), Some(kept)) => sent.as_bytes().ct_eq(kept.as_bytes()).into(),
        _ => false,
    }
}

fn is_mark(text: &str) -> bool {
    text.len() == CHARS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_is_ours_when_its_address_has_what_the_browser_keeps() {
        let fresh = FormMark::of(&TestRequest::get().to_http_request());
        let cookie = fresh.cookie().unwrap();
        let of = |uri: &str, cookie: Option<Cookie<'static>>| {
            let request = TestRequest::post().uri(uri);
            cookie.into_iter().fold(request, |request, cookie| {
                request.insert_header(("cookie", format!("x=1; {cookie}")))
            })
        };
        let uri = fresh.action("/register");
        let kept = of(&uri, Some(cookie.clone())).to_http_request();
        assert!(FormMark::of(&kept).cookie().is_none());
        assert_eq!(FormMark::of(&kept).action("/register"), uri);
        assert!(is_one(&of(&uri, Some(cookie.clone())).to_srv_request()));
        let told = of(&uri, Some(cookie.clone())).insert_header(("sec-fetch-site", "cross-site"));
        assert!(!is_one(&told.to_srv_request()));
        let other = FormMark::of(&TestRequest::get().to_http_request());
        for (uri, cookie) in [
            (uri.as_str(), None),
            ("/register", Some(cookie.clone())),
            ("/register?form=", Some(Cookie::new(NAME, ""))),
            ("/register?form=x", Some(Cookie::new(NAME, "x"))),
            (uri.as_str(), other.cookie()),
        ] {
            assert!(!is_one(&of(uri, cookie).to_srv_request()), "{uri}");
        }
    }
}
