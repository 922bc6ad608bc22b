//! The namespace contract, from outside.

mod client;
mod invites;
mod operator;
mod paths;
mod races;
mod trees;
