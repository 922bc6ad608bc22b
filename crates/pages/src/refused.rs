//! What the edge refuses, told to a person: an address where nothing is, a form of another site, a server that
//! cannot answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::server::{Reader, Refusal};
use latchkey_common::wire::told::Told;
use maud::html;

use crate::visitor::Visitor;

/// The page about whatever is refused where people are served.
pub fn refused(reader: &Reader, refusal: Refusal) -> HttpResponse {
    let visitor = Visitor::from(reader.clone());
    let words = visitor.words();
    match refusal {
        Refusal::NoSuchPath => visitor.lost(),
        Refusal::WrongMethod => visitor.sentence(
            StatusCode::METHOD_NOT_ALLOWED,
            words.method_title,
            words.method_text,
        ),
        Refusal::ForeignPage(foreign) => visitor.say(
            StatusCode::FORBIDDEN,
            words.foreign_title,
            &html! {
                p { (words.foreign_text) }
                // For whoever runs this place: it names a setting.
                p.quiet lang="en" { (foreign.sentence()) }
            },
        ),
        Refusal::Trouble(fault) => visitor.trouble(&Told::from(fault)),
    }
}

impl Visitor {
    /// The page about an address where nothing is, or nothing that this reader may see.
    pub fn lost(&self) -> HttpResponse {
        let words = self.words();
        let text = html! {
            p { (words.lost_text) }
            p { a href="/" { (words.lost_next) } }
        };
        self.say(StatusCode::NOT_FOUND, words.lost_title, &text)
    }
}

/// The same where programs are served: a person who has lost their way, or whose browser was led here by a page of
/// another site, gets a page. Everything else is answered to the program.
///
/// # Errors
/// The refusal, which is the program's.
pub fn refused_to_people(reader: &Reader, refusal: Refusal) -> Result<HttpResponse, Refusal> {
    match refusal {
        Refusal::NoSuchPath | Refusal::ForeignPage(_) => Ok(refused(reader, refusal)),
        refusal @ (Refusal::WrongMethod | Refusal::Trouble(_)) => Err(refusal),
    }
}
