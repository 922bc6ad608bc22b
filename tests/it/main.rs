//! The house from outside: the real binary, spoken to by HTTP alone, on both databases.
//!
//! Each runs over one process and over the split shape (`every_shape!`); what only one process has
//! says so (`one_process!`), what only the split shape has is in [`split`].
//!
//! Modules under `chat` are named like the URLs. All of them share one process a database, in which
//! every test has people and channels of its own ([`house`]); tests that kill or configure the
//! process have one to themselves.

#![cfg(test)]

mod backup;
mod bad_configuration;
mod bad_settings;
mod browser;
mod caretakers;
mod chat;
mod choirs;
mod crash;
mod credentials;
mod departures;
mod discord;
mod document;
mod doors;
mod durability;
mod edge;
mod event_source;
mod every_page;
mod features;
mod first_start;
mod full_disk;
mod gateway;
mod groups;
mod head;
mod house;
mod installation;
mod issuers;
mod logs;
mod metrics;
mod namespaces;
mod once;
mod once_accounts;
mod operator;
mod operator_invites;
mod operator_json;
mod operator_names;
mod operator_output;
mod operator_revokes;
mod operator_secrets;
mod oracles;
mod pages;
mod privacy;
mod races;
mod routes;
mod several;
mod shapes;
mod siege;
mod silence;
mod spelling;
mod split;
mod stopping;
mod talk;
mod together;
mod trail;
mod upgrade;
mod v1;
mod walk;
mod wreck;
mod wrong_members;
