//! The public APIs that Latchkey honours, one folder a contract: its description (`openapi.json`),
//! and what of it more than one service must know. What only one service answers stands there.

pub mod chat;
pub mod choirs;
pub mod discord;
pub mod groups;
pub mod namespaces;
