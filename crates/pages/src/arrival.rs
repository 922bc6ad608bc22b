//! A line that somebody reads once on the page where a form has led them, whichever service serves that page: it
//! travels in a cookie of that page's, which goes when it is shown.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_common::auth::first_cookie;
use maud::{Markup, html};

use crate::next::lead_to;
use crate::parts::note;

const NAME: &str = "arrival";

/// Browsers keep no longer cookies.
const LONGEST: usize = 3_000;

/// Who is not there by then has gone elsewhere.
const LIFE: Duration = Duration::minutes(2);

/// Leads to a page of ours, where the `line` is read.
pub fn arrive_at(place: &str, line: Option<&str>) -> HttpResponse {
    let mut answer = lead_to(place);
    if let Some(line) = line {
        let text = URL_SAFE_NO_PAD.encode(line);
        if text.len() <= LONGEST {
            let path = place.split('?').next().unwrap_or(place);
            set(&mut answer, path, text, LIFE);
        }
    }
    answer
}

/// What was kept for the page that is asked for.
pub struct Arrived {
    line: Option<String>,
    path: String,
}

impl Arrived {
    /// Looks for it.
    pub fn at(req: &HttpRequest) -> Self {
        let kept = first_cookie(req, NAME).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let line = kept.and_then(|bytes| String::from_utf8(bytes).ok());
        Self {
            line: line.filter(|line| !line.is_empty()),
            path: req.path().to_owned(),
        }
    }

    /// The line; nothing where there is none.
    pub fn line(&self) -> Markup {
        html! { @if let Some(line) = &self.line { (note(&html! { p dir="auto" { (line) } })) } }
    }

    /// The page on which it stands: if that is the one that was asked for, the line was read.
    pub fn read(self, mut page: HttpResponse) -> HttpResponse {
        if self.line.is_some() && page.status().is_success() {
            set(&mut page, &self.path, String::new(), Duration::ZERO);
        }
        page
    }
}

fn set(answer: &mut HttpResponse, path: &str, text: String, life: Duration) {
    let cookie = Cookie::build(NAME, text)
        .path(path.to_owned())
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish();
    // Base64 and a path: this is a header.
    let _ = answer.add_cookie(&cookie);
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_line_is_read_once_on_its_page() {
        let line = "Olá <b>, \u{1f44b}";
        let answer = arrive_at("/c/3?after=7", Some(line));
        let cookie = answer.cookies().next().unwrap();
        assert_eq!(
            (cookie.path(), cookie.http_only()),
            (Some("/c/3"), Some(true))
        );
        let asked = |cookie: &str| {
            let request = TestRequest::get().uri("/c/3?x=1");
            request
                .insert_header(("cookie", cookie.to_owned()))
                .to_http_request()
        };
        let req = asked(&format!("arrival={}", cookie.value()));
        let arrived = Arrived::at(&req);
        let shown = arrived.line().into_string();
        let answer = arrived.read(HttpResponse::Ok().finish());
        assert!(shown.contains("Olá &lt;b&gt;, \u{1f44b}"), "{shown}");
        let gone = answer.cookies().next().unwrap();
        assert_eq!(
            (gone.value(), gone.path(), gone.max_age()),
            ("", Some("/c/3"), Some(Duration::ZERO))
        );
        // What was not shown is shown later.
        let kept = Arrived::at(&req).read(HttpResponse::NotFound().finish());
        assert!(kept.cookies().next().is_none());
        for nothing in ["other=x", "arrival=", "arrival=%", "arrival=_w"] {
            let arrived = Arrived::at(&asked(nothing));
            assert_eq!(arrived.line().into_string(), "", "{nothing}");
            let answer = arrived.read(HttpResponse::Ok().finish());
            assert!(answer.cookies().next().is_none(), "{nothing}");
        }
        assert!(arrive_at("/c/3", None).cookies().next().is_none());
    }
}
