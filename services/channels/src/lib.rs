//! The channels service: channels, their members and messages, read marks, live events. [`build`]
//! is the only entrance.

mod app;
mod domain;
mod http;
mod internal;
mod jobs;
mod live;
mod settings;
mod store;

pub use self::settings::Settings;
