//! The use cases: one verb, one file. They know neither HTTP nor queries.

pub mod accept_namespace_invitation;
pub mod add_group_member;
pub mod change_join_request;
pub mod change_membership;
pub mod check_choir_invitation;
pub mod check_ledger;
pub mod check_master_key;
pub mod choir_whitelist;
pub mod collaborators;
pub mod create_choir_invitation;
pub mod create_choir_key;
pub mod create_group;
pub mod create_link;
pub mod create_namespace;
pub mod delete_namespace;
pub mod edit_group;
pub mod edit_namespace;
pub mod end_channel_invitations;
pub mod end_namespace_invitation;
pub mod find_namespace;
pub mod find_people;
pub mod find_shown;
pub mod follow_feeds;
pub mod form_token;
pub mod invite_to_channel;
pub mod invite_to_namespace;
pub mod invite_to_register;
pub mod join_channel;
pub mod list_channel_invitations;
pub mod list_choir_keys;
pub mod list_groups;
pub mod list_join_requests;
pub mod list_namespace_invitations;
pub mod list_namespaces;
pub mod list_registration_invitations;
pub mod make_join_request;
pub mod measure;
pub mod open_first_link;
pub mod redeem;
pub mod register;
pub mod remove_registration_invitations;
pub mod resolve_choir_key;
pub mod revoke_choir_key;
pub mod settle;
pub mod show_invitation;
pub mod show_tree;
mod standing;
pub mod view_namespaces;

use std::sync::Arc;

use latchkey_common::db::Db;
use latchkey_common::rate_limit::Limits;
use latchkey_common::seal::MasterKey;
use latchkey_peers::channels::ChannelsApi;
use latchkey_peers::users::UsersApi;
use tokio::sync::Notify;

use crate::settings::Settings;

/// What every use case works with.
pub struct App {
    /// This service's database.
    pub db: Db,
    /// This service's settings.
    pub settings: Settings,
    /// Accounts and sessions.
    pub users: Arc<dyn UsersApi>,
    /// Channels and their members.
    pub channels: Arc<dyn ChannelsApi>,
    /// Seals what a maker may read again.
    pub master_key: MasterKey,
    /// Rates of anonymous and signed-in calls.
    pub limits: Limits,
    /// How many rows a list answers at most.
    pub list_ceiling: i64,
    /// Where the server is reached from outside, without a slash at the end.
    pub public_url: String,
    /// Notified when a use waits to be settled.
    pub to_settle: Arc<Notify>,
}
