//! What travels over HTTP, as far as contracts have it in common: reading a request, and what there is
//! to be said of trouble. The words are the contracts'.

pub mod body;
pub mod call_key;
pub mod details;
pub mod form;
pub mod input;
pub mod lenient;
pub mod operator;
mod path;
#[cfg(test)]
pub(crate) mod plain;
pub mod retry_after;
mod strict;
pub mod told;
pub mod unread;
