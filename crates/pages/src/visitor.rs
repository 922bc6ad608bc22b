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
    member: Option<Member>,
}

/// Somebody who is signed in, as far as the frame shows them.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Whether they look after the place.
    pub(crate) is_super_user: bool,
    /// How many things wait for them, where the page knows it.
    pub(crate) waiting: Option<usize>,
}

impl From<Reader> for Visitor {
    fn from(reader: Reader) -> Self {
        Self {
            language: Language::accepted(&reader.languages),
            reader,
            member: None,
        }
    }
}

impl Visitor {
    /// The one of this request.
    pub fn of(req: &HttpRequest) -> Self {
        Reader::of(req).into()
    }

    /// The same who is signed in under this name: the pages have the navigation then.
    #[must_use]
    pub fn signed_in(mut self, name: &str) -> Self {
        let name = name.to_owned();
        self.member = Some(Member {
            name,
            is_super_user: false,
            waiting: None,
        });
        self
    }

    /// The same who looks after the place: the navigation leads there too.
    #[must_use]
    pub const fn as_super_user(mut self, is_one: bool) -> Self {
        if let Some(member) = &mut self.member {
            member.is_super_user = is_one;
        }
        self
    }

    /// The same for whom so many things wait.
    #[must_use]
    pub const fn with_waiting(mut self, count: usize) -> Self {
        if let Some(member) = &mut self.member {
            member.waiting = Some(count);
        }
        self
    }

    pub(crate) const fn member(&self) -> Option<&Member> {
        self.member.as_ref()
    }

    /// The path of the page.
    pub(crate) fn path(&self) -> &str {
        &self.reader.path
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

    /// Its colour, where one is set.
    pub(crate) fn accent(&self) -> Option<[u8; 3]> {
        self.place().and_then(|site| site.accent)
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
