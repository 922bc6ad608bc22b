//! Our own contract.

mod kept_answers;
mod server;
