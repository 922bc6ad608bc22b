//! The audit log: what a super user or the operator did to others or for the place. Who, what, to whom, when, from
//! where, by which way and why, as a row in the database of the service that did it, written in the transaction that
//! did it: both are there or neither is.
//!
//! A row is made of the [`Fact`](crate::trail::Fact) that the log has of it afterwards, and never holds a
//! secret. Rows are kept for `audit.days`, and nobody changes one. What people do to what is their own is not in here.
//!
//! Every service that has such acts has the table `audit`.

mod actor;
mod read;
mod store;

pub use self::actor::{Actor, LONGEST_REASON, Reason, Way};
pub use self::read::{Ask, Entries, Entry, MOST_NAMED, purge, read};
pub use self::store::{Filter, Row, Whom, list, note, purge_some, write};
