//! The keys that sign tokens. Whom a token is for, and what it says, stands in `token`.

pub(crate) mod signing_keys;
