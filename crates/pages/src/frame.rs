//! The frame of every page: one column, the way elsewhere for whoever is signed in, no script but where it says so,
//! nothing from other sites, and kept by nobody but the browser.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::accent;
use crate::assets;
use crate::visitor::Visitor;

/// The look of all pages: it goes with each of them, because a page has one thing to fetch then.
const STYLE: &str = include_str!("style.css");

/// Where the style lets browsers tell light from dark by themselves, before it is read.
const SCHEMES: &str = "light dark";

impl Visitor {
    /// A page of this title. Its body begins with the heading.
    pub fn page(&self, status: StatusCode, title: &str, body: &Markup) -> HttpResponse {
        if self.member().is_some() {
            // Signing out is a form.
            return self.page_with_form(status, title, body);
        }
        self.render(status, title, body, false)
    }

    /// The same for one with a form that changes something.
    pub fn page_with_form(&self, status: StatusCode, title: &str, body: &Markup) -> HttpResponse {
        self.marked(self.render(status, title, body, false))
    }

    /// The same for one that is live where the browser runs script, and whole where it does not.
    pub fn page_with_script(&self, status: StatusCode, title: &str, body: &Markup) -> HttpResponse {
        self.marked(self.render(status, title, body, true))
    }

    /// What the keys of a page do, shown by one of them.
    fn keys(&self) -> Markup {
        let words = self.language().frame();
        html! {
            dialog id="keys" aria-labelledby="keys-title" {
                h2 id="keys-title" { (words.keys) }
                dl {
                    dt { kbd { "/" } }
                    dd { (words.key_search) }
                    dt { kbd { "?" } }
                    dd { (words.key_keys) }
                    dt { kbd { "Esc" } }
                    dd { (words.key_close) }
                }
                form method="dialog" { button { (words.close) } }
            }
        }
    }

    fn marked(&self, mut answer: HttpResponse) -> HttpResponse {
        if let Some(cookie) = self.mark().cookie() {
            // A mark and a path: this is a header.
            let _ = answer.add_cookie(&cookie);
        }
        answer
    }

    fn render(
        &self,
        status: StatusCode,
        title: &str,
        body: &Markup,
        has_script: bool,
    ) -> HttpResponse {
        let tag = self.language().tag();
        let colour = self.accent().map(accent::style);
        let page = html! {
            (DOCTYPE)
            html lang=(tag) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content=(SCHEMES);
                    meta name="robots" content="noindex";
                    title { (title) " · " (self.site()) }
                    link rel="icon" href="/favicon.ico";
                    style { (PreEscaped(STYLE)) }
                    @if let Some(own) = &colour { style { (PreEscaped(own)) } }
                    @if has_script {
                        link rel="stylesheet" href=(assets::path("channels.css"));
                        script type="module" src=(assets::path("channel.js")) {}
                    }
                }
                body class=[self.member().map(|_| "member")] {
                    a.skip href="#content" { (self.language().frame().skip) }
                    (self.header())
                    main { div id="content" tabindex="-1" { (body) } }
                    @if has_script { (self.keys()) }
                }
            }
        };
        let mut styles = source(STYLE);
        if let Some(own) = &colour {
            styles.push(' ');
            styles.push_str(&source(own));
        }
        let own = if has_script {
            " 'self'; script-src 'self'; connect-src 'self'"
        } else {
            ""
        };
        let policy = format!(
            "default-src 'none'; style-src {styles}{own}; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_LANGUAGE, tag))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            .body(page.into_string())
    }
}

/// What a policy calls a style that stands in the page.
fn source(style: &str) -> String {
    format!(
        "'sha256-{}'",
        STANDARD.encode(Sha256::digest(style.as_bytes()))
    )
}
