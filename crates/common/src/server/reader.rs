//! A person who asks by a browser, as far as the request alone tells: what a page needs to know that stands
//! in place of an answer for programs.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap};
use actix_web::{HttpMessage as _, HttpRequest, web};

use super::own_form::FormMark;
use super::request::RequestId;
use super::settings::SiteSettings;
use crate::auth::first_cookie;

/// The cookie that says which language somebody has chosen.
pub const LANGUAGE_COOKIE: &str = "language";

/// Whoever reads a page.
#[derive(Clone)]
pub struct Reader {
    /// What people are told of the place.
    pub site: Option<web::Data<SiteSettings>>,
    /// Which languages are liked: what was chosen here, or else what the browser says.
    pub languages: String,
    /// Where they are: the path, without what is asked there.
    pub path: String,
    /// The id of the request, empty where there is none yet.
    pub request_id: String,
    /// What the browser keeps for forms.
    pub mark: FormMark,
}

impl Reader {
    /// The one who sent this.
    pub fn of(req: &HttpRequest) -> Self {
        let languages = req.headers().get(ACCEPT_LANGUAGE);
        let languages = languages.and_then(|header| header.to_str().ok());
        let chosen = first_cookie(req, LANGUAGE_COOKIE).filter(|tag| !tag.is_empty());
        let extensions = req.extensions();
        let id = extensions.get::<RequestId>();
        Self {
            site: req.app_data::<web::Data<SiteSettings>>().cloned(),
            languages: chosen.or(languages).unwrap_or_default().to_owned(),
            path: req.path().to_owned(),
            request_id: id.map_or_else(String::new, |id| id.as_str().to_owned()),
            mark: FormMark::of(req),
        }
    }

    /// The same where a page is asked for by its type: what programs send that take whatever comes (`*/*`) is
    /// no wish for one.
    pub fn who_asks(req: &HttpRequest) -> Option<Self> {
        wants_page(req.headers()).then(|| Self::of(req))
    }
}

/// True for what only people send, by a browser: a wish for a page, or its form. What a contract for programs has
/// at the same path is neither.
pub(super) fn is_of_people(head: &RequestHead) -> bool {
    match head.method {
        Method::GET | Method::HEAD => wants_page(head.headers()),
        Method::POST => is_form(head.headers()),
        _ => false,
    }
}

pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|header| header.to_str().ok());
    let kind = kind.and_then(|text| text.split(';').next());
    kind.is_some_and(|kind| {
        let kind = kind.trim();
        kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

fn wants_page(headers: &HeaderMap) -> bool {
    let is_page = |part: &str| {
        let mut parts = part.split(';');
        let is_html = parts
            .next()
            .is_some_and(|one| one.trim().eq_ignore_ascii_case("text/html"));
        is_html && !parts.any(|part| matches!(part.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    };
    let mut accepted = headers.get_all(ACCEPT);
    accepted.any(|header| {
        let text = header.to_str().unwrap_or_default();
        text.split(',').any(is_page)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_is_asked_for_by_its_type() {
        for (accept, asks) in [
            ("text/html,application/xhtml+xml,*/*;q=0.8", true),
            ("application/json, Text/HTML;q=0.1", true),
            ("*/*", false),
            ("text/*", false),
            ("application/json", false),
            ("text/html;q=0, application/json", false),
            ("text/htmlx", false),
        ] {
            let request = TestRequest::get().insert_header((ACCEPT, accept));
            let reader = Reader::who_asks(&request.to_http_request());
            assert_eq!(reader.is_some(), asks, "{accept}");
        }
        let none = TestRequest::get().to_http_request();
        assert!(Reader::who_asks(&none).is_none());
    }
}
