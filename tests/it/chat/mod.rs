//! The chat contract, call by call.

mod bad_ids;
mod bad_input;
mod channel_invites;
mod channel_invites_end;
mod channels;
mod listener;
mod listener_replay;
mod members;
mod messages;
mod messages_load;
mod register;
mod registration_invites;
mod search;
mod sessions;
mod status;
mod subject;
