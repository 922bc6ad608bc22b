//! The commands beside `admin`, one file each.

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod plan;
pub(crate) mod relocate;
pub(crate) mod restore;
pub(crate) mod routes;
pub(crate) mod secrets;
pub(crate) mod serve;
pub(crate) mod wait;
