//! What pages for people have in common, whichever service serves them: the frame, the parts that forms are made
//! of, and all words that stand on them, a file a language.
//!
//! Here belongs what two pages share. What a page shows and does stands with the service whose use cases it calls.

mod frame;
mod language;
mod parts;
mod told;
mod visitor;
pub mod words;

pub use self::language::Language;
pub use self::parts::{Field, hidden, note, trouble};
pub use self::visitor::Visitor;
pub use self::words::{Words, fill};
