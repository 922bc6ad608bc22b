//! The service through its own entrances: routes and the operator's calls, against a Discord of our
//! own, each on both databases. Every answer is held against the contract's document.
#![cfg(test)]

mod at_discord;
mod audit;
mod contract;
mod links;
mod logged;
mod migrations;
mod rates;
mod settle;
mod world;
