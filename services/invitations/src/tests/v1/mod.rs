//! Our own contract.

mod edits;
mod house;
mod invitations;
mod kept_answers;
mod keys;
mod links;
mod offers;
mod rights;
mod secrets;
mod server;
