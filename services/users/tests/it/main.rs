//! The service through its own entrances: routes, the peer and the operator's calls, each on both
//! databases.
#![cfg(test)]

mod accounts;
mod answer;
mod audit;
mod browse;
mod cap;
mod credentials;
mod delete;
mod documents;
mod elsewhere;
mod ended_sessions;
mod first_session;
mod kept_answers;
mod login_failures;
mod migrations;
mod name_keys;
mod operator;
mod pages;
mod passwords;
mod people;
mod reset_links;
mod retention;
mod search;
mod sessions;
mod settings;
mod world;
