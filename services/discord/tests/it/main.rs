//! The service through its own entrances: routes and the operator's calls, against a Discord of our
//! own, each on both databases.
#![cfg(test)]
