//! Who reads a page, as far as the request alone says it.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use latchkey_common::server::{FormMark, Reader, SiteSettings};

use crate::language::Language;
use crate::words::Words;

/// A reader of our pages. Handlers take one as an argument.
#[derive(Clone)]
pub struct Visitor {
    language: Language,
    reader: Reader,
}

impl From<Reader> for Visitor {
    fn from(reader: Reader) -> Self {
        Self {
            language: Language::accepted(&reader.languages),
            reader,
        }
    }
}

impl Visitor {
    /// The one of this request.
    pub fn of(req: &HttpRequest) -> Self {
        Reader::of(req).into()
    }

    /// What pages say in the reader's language.
    pub const fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// The language.
    pub const fn language(&self) -> Language {
        self.language
    }

    fn place(&self) -> Option<&SiteSettings> {
        self.reader.site.as_deref().map(AsRef::as_ref)
    }

    /// What this place is called.
    pub fn site(&self) -> &str {
        self.place().map_or("", |site| site.name.as_str())
    }

    /// What it is; empty where nothing is said.
    pub fn welcome(&self) -> &str {
        self.place().map_or("", |site| site.welcome.as_str())
    }

    /// Where a form goes that is answered at `path`. The page that has it is a
    /// [`Visitor::page_with_form`].
    pub fn action(&self, path: &str) -> String {
        self.reader.mark.action(path)
    }

    pub(crate) const fn mark(&self) -> &FormMark {
        &self.reader.mark
    }

    /// The id of the request, for whoever has to tell what did not work.
    pub(crate) fn request_id(&self) -> &str {
        &self.reader.request_id
    }
}

impl FromRequest for Visitor {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}
