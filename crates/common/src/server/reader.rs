//! A person who asks by a browser, as far as the request alone tells: what a page needs to know that stands
//! in place of an answer for programs.

use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use actix_web::{HttpMessage as _, HttpRequest, web};

use super::own_form::FormMark;
use super::request::RequestId;
use super::settings::SiteSettings;

/// Whoever reads a page.
#[derive(Clone)]
pub struct Reader {
    /// What people are told of the place.
    pub site: Option<web::Data<SiteSettings>>,
    /// Which languages are liked, as the browser says it.
    pub languages: String,
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
        let extensions = req.extensions();
        let id = extensions.get::<RequestId>();
        Self {
            site: req.app_data::<web::Data<SiteSettings>>().cloned(),
            languages: languages.unwrap_or_default().to_owned(),
            request_id: id.map_or_else(String::new, |id| id.as_str().to_owned()),
            mark: FormMark::of(req),
        }
    }

    /// The same where a page is asked for by its type: what programs send that take whatever comes (`*/*`) is
    /// no wish for one.
    pub fn who_asks(req: &HttpRequest) -> Option<Self> {
        let is_page = |part: &str| {
            let mut parts = part.split(';');
            let is_html = parts
                .next()
                .is_some_and(|one| one.trim().eq_ignore_ascii_case("text/html"));
            is_html
                && !parts.any(|part| matches!(part.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        };
        let mut accepted = req.headers().get_all(ACCEPT);
        let asks = accepted.any(|header| {
            let text = header.to_str().unwrap_or_default();
            text.split(',').any(is_page)
        });
        asks.then(|| Self::of(req))
    }
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
