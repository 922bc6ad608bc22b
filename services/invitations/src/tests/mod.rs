//! The use cases on both databases, with the other services in memory: they keep the promises of
//! their traits, and break on demand. The last module goes through the routes.

mod audit;
mod choir_keys;
mod choirs;
mod departed;
mod endings;
mod engine;
mod first_link;
mod groups;
mod http;
mod kinds;
mod ledger;
mod lists;
mod namespaces;
mod pages;
mod plenty;
mod quota;
mod races;
mod refusals;
mod rights;
mod schema;
mod site;
mod units;
mod unkeyed;
mod v1;
mod walk;
mod withdrawals;
mod world;
