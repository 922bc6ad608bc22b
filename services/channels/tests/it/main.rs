//! The routes of this service, its peer and its streams, on both databases.
#![cfg(test)]

mod bad_configuration;
mod bad_input;
mod bus;
mod channels;
mod departed;
mod ends;
mod facts;
mod keys;
mod live;
mod members;
mod messages;
mod pages;
mod peer;
mod saying;
mod schema;
mod world;
