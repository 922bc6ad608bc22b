//! A contract as the server knows it: which paths are its own, how it is described, and its words for
//! what the edge refuses. What its calls do stands with the services.

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceResponse};
use actix_web::http::header::{ALLOW, CONTENT_TYPE, ContentType};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, ServiceConfig};

use super::foreign::Foreign;
use super::reader::{Reader, is_of_people};
use crate::fault::Fault;
use crate::wire::details::Details;
use crate::wire::told::Told;

/// What the edge refuses before, beside or after a handler.
#[derive(Debug)]
pub enum Refusal {
    /// A page of another site would change something in a visitor's name.
    ForeignPage(Foreign),
    /// No route has this path.
    NoSuchPath,
    /// The path has other methods.
    WrongMethod,
    /// The handler broke or took too long. Whoever words it logs it, as with every fault.
    Trouble(Fault),
}

/// A public API that is honoured to the letter.
#[derive(Debug)]
pub struct Contract {
    /// Its name. The description is served at `/openapi/<name>.json`.
    pub name: &'static str,
    /// The description; `None` where people are the readers.
    pub document: Option<&'static str>,
    /// The paths that are its own, those that nothing routes included. They are held against paths as
    /// the router reads them, decoded.
    pub paths: Paths,
    /// Paths of other contracts at which people are answered by this one. The first that has a path counts.
    pub beside: &'static [Beside],
    /// Whether a page of another site may not even act as a stranger. It may in contracts whose
    /// callers sign in elsewhere; where people log in and register, it could make a visitor's
    /// browser log in as somebody else and go on unnoticed.
    pub guards_strangers: bool,
    /// The answer to a request with this method.
    pub refuse: fn(method: &Method, refusal: Refusal) -> HttpResponse,
    /// The page for a person who asks by a browser, or the refusal back where a person gets what programs get.
    pub page: fn(reader: &Reader, refusal: Refusal) -> Result<HttpResponse, Refusal>,
}

/// Paths of another contract, and what people are answered there.
#[derive(Debug, Clone, Copy)]
pub enum Beside {
    /// A page, to whoever asks for one.
    Pages(Root),
    /// The same, and what comes of its form. Programs send there no text in a form's type.
    Forms(Root),
}

impl Beside {
    /// Where.
    pub const fn root(self) -> Root {
        match self {
            Self::Pages(root) | Self::Forms(root) => root,
        }
    }

    /// Whether this is one of people.
    pub(super) fn answers(self, head: &RequestHead) -> bool {
        is_of_people(head) && (matches!(self, Self::Forms(_)) || head.method != Method::POST)
    }
}

/// Which paths are a contract's own.
#[derive(Debug)]
pub enum Paths {
    /// These, whole, so that what the contract does not have is refused in its own words.
    Roots(&'static [Root]),
    /// Whatever no other contract of the server has. Below this root it refuses what nothing routes; elsewhere that is
    /// no contract's affair.
    Rest(Root),
}

/// Where paths of a contract begin.
#[derive(Debug, Clone, Copy)]
pub enum Root {
    /// This path alone.
    Only(&'static str),
    /// This path and everything below it.
    Below(&'static str),
}

impl Root {
    /// Whether this path is the root's.
    pub fn has(self, path: &str) -> bool {
        match self {
            Self::Only(root) => path == root,
            Self::Below(root) => path
                .strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// Speaks where no contract does.
static NOBODYS: Contract = Contract {
    name: "nobody's",
    document: None,
    paths: Paths::Rest(Root::Below("")),
    beside: &[],
    guards_strangers: true,
    refuse: refuse_plainly,
    page: |_, refusal| Err(refusal),
};

/// The words for what belongs to no contract that programs speak: problems whose types are pages of this server.
pub fn refuse_plainly(_: &Method, refusal: Refusal) -> HttpResponse {
    let (status, detail) = match refusal {
        Refusal::ForeignPage(foreign) => {
            return Details::of(StatusCode::FORBIDDEN, &foreign.sentence()).response(None);
        }
        Refusal::NoSuchPath => (StatusCode::NOT_FOUND, "Nothing is served at this path."),
        Refusal::WrongMethod => (
            StatusCode::METHOD_NOT_ALLOWED,
            "The Allow header names the methods that this path takes.",
        ),
        Refusal::Trouble(fault) => return troubled(&fault.into()),
    };
    Details::of(status, detail).response(None)
}

fn troubled(told: &Told) -> HttpResponse {
    let detail = match told {
        Told::Unauthenticated => "There is no credential, or none that is alive.",
        Told::Invalid(sentence) => sentence,
        Told::Busy(_) => "A limit is reached. Try again later.",
        Told::Unavailable(_) => "The service cannot answer right now. Try again in a moment.",
        Told::Internal => "Something went wrong on our side. The request id says where to look.",
    };
    Details::of(told.status(), detail).response(told.retry_after())
}

impl Contract {
    /// The contract whose path this is, among `all`.
    pub fn of(all: &[&'static Self], path: &str) -> Option<&'static Self> {
        let is_rooted = |one: &&&Self| match one.paths {
            Paths::Roots(roots) => roots.iter().any(|root| root.has(path)),
            Paths::Rest(_) => false,
        };
        let is_rest = |one: &&&Self| matches!(one.paths, Paths::Rest(_));
        let owner = all.iter().find(is_rooted);
        owner.or_else(|| all.iter().find(is_rest)).copied()
    }

    /// Whether it is this contract that refuses what nothing routes at `path`.
    pub(super) fn is_at_home(&self, path: &str) -> bool {
        !matches!(self.paths, Paths::Rest(home) if !home.has(path))
    }

    /// The refusal as it is told to whoever asks: a `reader` where that is a person.
    pub(super) fn tell(
        &self,
        method: &Method,
        (reader, is_at_home): (Option<&Reader>, bool),
        refusal: Refusal,
    ) -> HttpResponse {
        let page = match reader {
            Some(reader) => (self.page)(reader, refusal),
            None => Err(refusal),
        };
        page.unwrap_or_else(|refusal| {
            let is_nobodys = !is_at_home && matches!(refusal, Refusal::NoSuchPath);
            let refuse = if is_nobodys {
                refuse_plainly
            } else {
                self.refuse
            };
            refuse(method, refusal)
        })
    }

    /// The same, or whoever speaks where no contract does.
    pub(super) fn speaking(all: &[&'static Self], path: &str) -> &'static Self {
        Self::of(all, path).unwrap_or(&NOBODYS)
    }

    /// How people are answered at this path, if it is one of another contract's.
    pub fn beside(&self, path: &str) -> Option<Beside> {
        let mut beside = self.beside.iter().copied();
        beside.find(|one| one.root().has(path))
    }

    /// The contract that answers this request at this path of another one.
    pub(super) fn of_people(
        all: &[&'static Self],
        path: &str,
        head: &RequestHead,
    ) -> Option<&'static Self> {
        let is_theirs = |one: &&&Self| one.beside(path).is_some_and(|one| one.answers(head));
        all.iter().find(is_theirs).copied()
    }

    /// Serves the description.
    pub(super) fn describe(&'static self, config: &mut ServiceConfig) {
        let Some(document) = self.document else {
            return;
        };
        let answer = move || async move {
            HttpResponse::Ok()
                .insert_header(ContentType::json())
                .body(document)
        };
        let place = web::resource(format!("/openapi/{}.json", self.name));
        let place = place.route(web::head().to(answer));
        config.service(place.route(web::get().to(answer)));
    }
}

/// Gives the framework's own bare refusals, 404 and 405 without a body, their words. The `Allow`
/// header, which the framework makes from the routes, stays.
pub(super) fn shape<B: MessageBody + 'static>(
    answer: ServiceResponse<B>,
    refuse: impl FnOnce(Refusal) -> HttpResponse,
) -> ServiceResponse<BoxBody> {
    let refusal = match answer.status() {
        StatusCode::METHOD_NOT_ALLOWED => Refusal::WrongMethod,
        StatusCode::NOT_FOUND => Refusal::NoSuchPath,
        _ => return answer.map_into_boxed_body(),
    };
    if answer.headers().contains_key(CONTENT_TYPE) {
        return answer.map_into_boxed_body();
    }
    let allow = answer.headers().get(ALLOW).cloned();
    let mut shaped = refuse(refusal);
    if let Some(allow) = allow {
        shaped.headers_mut().insert(ALLOW, allow);
    }
    answer.into_response(shaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_whole_parts_of_a_path() {
        let root = Root::Below("/invite");
        for path in ["/invite", "/invite/", "/invite/a/b"] {
            assert!(root.has(path), "{path}");
        }
        for path in ["/invites", "/invitex/a", "/", "", "/a/invite"] {
            assert!(!root.has(path), "{path}");
        }
        assert!(Root::Only("/user").has("/user") && !Root::Only("/user").has("/user/a"));
    }
}
