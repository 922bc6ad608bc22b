//! What pages for people have in common, whichever service serves them: the frame, the parts that forms are made
//! of, and all words that stand on them, a file a language.
//!
//! Here belongs what two pages share. What a page shows and does stands with the service whose use cases it calls.

mod accent;
mod arrival;
pub mod assets;
pub mod audit;
mod form_key;
mod frame;
mod language;
mod moment;
mod navigation;
mod next;
mod parts;
mod people;
mod prose;
mod qr;
mod refused;
mod span;
mod submission;
mod told;
mod visitor;
pub mod words;

pub use self::arrival::{Arrived, arrive_at};
pub use self::form_key::{form_call, form_key, guest_call, sent_key};
pub use self::language::Language;
pub use self::moment::moment;
pub use self::next::{escaped, lead_to, own_place, sign_in_then};
pub use self::parts::{Field, checkbox, copyable, hidden, note, select, trouble};
pub use self::people::{Guest, Member, SuperUser};
pub use self::prose::prose;
pub use self::qr::qr;
pub use self::refused::{refused, refused_to_people};
pub use self::span::span;
pub use self::submission::{Fields, Submission, Typed, signed_out};
pub use self::visitor::Visitor;
pub use self::words::{Words, fill};

/// The picture of a place beside its name: a key, 32 pixels wide.
pub const ICON: &[u8] = include_bytes!("../assets/favicon.ico");
