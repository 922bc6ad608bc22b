//! Mechanisms without business words: what every service needs in the same form, and nothing that
//! knows what an invitation or a channel is.

pub mod audit;
pub mod auth;
pub mod bus;
pub mod clock;
pub mod config;
pub mod crash_point;
pub mod db;
pub mod fault;
pub mod installation;
pub mod jobs;
mod outage;
pub mod page;
pub mod privacy;
pub mod rate_limit;
pub mod rpc;
pub mod seal;
pub mod secret;
pub mod server;
pub mod telemetry;
pub mod text;
pub mod trail;
pub mod turns;
pub mod wire;
