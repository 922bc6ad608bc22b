//! Our own contract.

mod applications;
mod asking_links;
mod blocks;
mod edits;
mod ends;
mod ends_here;
mod events;
mod history;
mod house;
mod inbox;
mod invitations;
mod kept_answers;
mod keys;
mod links;
mod memberships;
mod memberships_here;
mod offers;
mod rates;
mod requests;
mod rights;
mod secrets;
mod server;
mod settling;
mod several;
mod tree;
