//! `deploy/gateway`: its table against the services' routes, and what `HAProxy` makes of it in front
//! of servers that only tell what they were asked.

mod edge;
mod front;
mod health;
mod native;
mod proxies;
mod table;
mod tls;
