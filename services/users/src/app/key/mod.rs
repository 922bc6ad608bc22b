//! The keys that sign tokens. Whom a token is for, and what it says, stands in `token`.

pub mod signing_keys;
