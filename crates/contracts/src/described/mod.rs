//! What the contracts' documents say, read for people: operations, the shapes of what goes in and comes out, an example
//! of each, and the call as a line for a terminal. Each document is read once.
//!
//! Only the parts of `OpenAPI` 3.1 are read that our documents have; how it looks is the affair of pages.

mod call;
mod document;
mod example;
mod kind;
mod read;

use std::collections::HashSet;
use std::sync::LazyLock;

pub use self::call::Call;
pub use self::kind::{Member, Piece};

/// A document.
#[derive(Debug)]
pub struct Described {
    /// The name of its contract.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// What it says before anything else.
    pub about: String,
    /// Its calls, by path.
    pub operations: Vec<Operation>,
    /// The shapes that its calls name.
    pub shapes: Vec<Shape>,
}

/// One call.
#[derive(Debug)]
pub struct Operation {
    /// Its name among those of the document, which an address may have as it is.
    pub id: String,
    /// Its method, in capital letters.
    pub method: String,
    /// Its path, with what varies in braces.
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// The same in sentences.
    pub about: String,
    /// How its caller may be known, each way by its name and its scopes. None: it is for everybody.
    pub ways_in: Vec<String>,
    /// What stands in its path, its query and its head.
    pub takes: Vec<Member>,
    /// What is sent.
    pub body: Option<Body>,
    /// What comes back.
    pub answers: Vec<Answer>,
    /// The same as a line for a terminal.
    pub call: Call,
    /// All that somebody may look for, in small letters.
    text: String,
}

/// What is sent, or comes back.
#[derive(Debug)]
pub struct Body {
    /// Its type.
    pub media: String,
    /// What it is.
    pub kind: Vec<Piece>,
    /// Its members, where the shape has no name.
    pub members: Vec<Member>,
    /// An example. None of a refusal: its code says all.
    pub example: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: String,
    /// When it comes.
    pub about: String,
    /// The codes of the problems that it may tell.
    pub problems: Vec<String>,
    /// What it brings.
    pub body: Option<Body>,
}

impl Answer {
    /// Whether the call did what was asked.
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}

/// A shape with a name.
#[derive(Debug)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// What it is.
    pub kind: Vec<Piece>,
    /// Its members, where it is an object.
    pub members: Vec<Member>,
}

static ALL: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let contracts = crate::ALL.iter().copied();
    contracts.filter_map(read::described).collect()
});

/// Every document.
pub fn all() -> &'static [Described] {
    &ALL
}

impl Described {
    /// The document of this contract.
    pub fn of(name: &str) -> Option<&'static Self> {
        all().iter().find(|one| one.name == name)
    }

    /// The calls in which each of these words stands, and the shapes that they name. Without a word that is everything.
    pub fn with(&self, words: &str) -> (Vec<&Operation>, Vec<&Shape>) {
        let words = words.to_lowercase();
        let has_all =
            |one: &&Operation| words.split_whitespace().all(|word| one.text.contains(word));
        let operations: Vec<&Operation> = self.operations.iter().filter(has_all).collect();
        let mut named = HashSet::new();
        for piece in operations.iter().flat_map(|one| one.pieces()) {
            self.follow(piece, &mut named);
        }
        let is_named = |one: &&Shape| named.contains(one.name.as_str());
        (operations, self.shapes.iter().filter(is_named).collect())
    }

    /// Notes the shape that a piece names, and those that this one names.
    fn follow<'a>(&'a self, piece: &'a Piece, named: &mut HashSet<&'a str>) {
        let Piece::Shape(name) = piece else { return };
        if !named.insert(name) {
            return;
        }
        let shape = self.shapes.iter().find(|one| one.name == *name);
        for piece in shape
            .into_iter()
            .flat_map(|one| pieces(&one.kind, &one.members))
        {
            self.follow(piece, named);
        }
    }
}

impl Operation {
    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let answered = self.answers.iter().filter_map(|one| one.body.as_ref());
        let bodies = self.body.iter().chain(answered);
        let bodies = bodies.flat_map(|body| pieces(&body.kind, &body.members));
        pieces(&[], &self.takes).chain(bodies)
    }
}

fn pieces<'a>(kind: &'a [Piece], members: &'a [Member]) -> impl Iterator<Item = &'a Piece> {
    kind.iter().chain(members.iter().flat_map(|one| &one.kind))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_call_of_every_document_is_there() {
        assert_eq!(all().len(), 6);
        for one in all() {
            let contract = crate::ALL
                .iter()
                .find(|other| other.name == one.name)
                .unwrap();
            let document: Value = serde_json::from_str(contract.document.unwrap()).unwrap();
            let paths = document["paths"].as_object().unwrap().values();
            let calls: usize = paths.map(|item| item.as_object().unwrap().len()).sum();
            assert_eq!(one.operations.len(), calls, "{}", one.name);
            let ids: HashSet<&str> = one.operations.iter().map(|one| one.id.as_str()).collect();
            assert_eq!(ids.len(), calls, "{}", one.name);
            for call in &one.operations {
                let place = format!("{} {}", call.method, call.path);
                assert!(
                    !call.summary.is_empty() && !call.answers.is_empty(),
                    "{place}"
                );
                assert!(
                    call.answers.iter().all(|one| !one.about.is_empty()),
                    "{place}"
                );
            }
        }
    }

    #[test]
    fn a_word_finds_calls_and_what_they_name() {
        let v1 = Described::of("v1").unwrap();
        let (all, shapes) = v1.with(" ");
        assert_eq!(all.len(), v1.operations.len());
        let (some, few) = v1.with("blocks TAKE");
        assert!(!some.is_empty() && some.len() < all.len());
        assert!(
            some.iter().all(|one| one.path.contains("/blocks")),
            "{some:?}"
        );
        assert!(!few.is_empty() && few.len() < shapes.len());
        for piece in some.iter().flat_map(|one| one.pieces()) {
            if let Piece::Shape(name) = piece {
                assert!(few.iter().any(|one| one.name == *name), "{name}");
            }
        }
        assert!(v1.with("no such thing").0.is_empty());
        assert!(Described::of("pages").is_none() && Described::of("x").is_none());
    }
}
