//! The Discord contract, from outside.

mod client;
mod crash;
mod departed;
mod document;
mod invites;
mod operator;
mod tls;
