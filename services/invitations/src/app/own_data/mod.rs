//! What is somebody's in this place, for the archive that they take along: this service may ask the others, so it puts the
//! archive together. It goes piece by piece, because somebody may have written for years.
//!
//! No secret, no hash and no key is part of it, and nothing that others said of somebody.

mod count;
mod piece;
mod rows;

pub(crate) use self::count::{Counts, count};
pub(crate) use self::piece::{Section, head, piece};
