//! Who reads a page, as far as the request alone says it.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest, web};
use latchkey_common::server::{Edge, FormMark};

use crate::language::Language;
use crate::words::Words;

/// A reader of our pages. Handlers take one as an argument.
#[derive(Clone)]
pub struct Visitor {
    language: Language,
    site: String,
    mark: FormMark,
}

impl Visitor {
    /// The one of this request.
    pub fn of(req: &HttpRequest) -> Self {
        let edge = req.app_data::<web::Data<Edge>>();
        let accepted = req.headers().get(ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|header| header.to_str().ok());
        Self {
            language: Language::accepted(accepted.unwrap_or_default()),
            site: edge.map_or_else(String::new, |edge| edge.settings().site.name.clone()),
            mark: FormMark::of(req),
        }
    }

    /// What pages say in the reader's language.
    pub const fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// The language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// What this place is called.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Where a form goes that is answered at `path`. The page that has it is a
    /// [`Visitor::page_with_form`].
    pub fn action(&self, path: &str) -> String {
        self.mark.action(path)
    }

    pub(crate) const fn mark(&self) -> &FormMark {
        &self.mark
    }
}

impl FromRequest for Visitor {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}
