//! The bodies of these calls, as the contract spells them. Times are whole seconds.

use latchkey_common::auth::UserId;
use latchkey_common::page::Page;
use latchkey_common::secret::Secret;
use latchkey_common::wire::lenient;
use latchkey_peers::channels::{ChannelId, ChannelType, Permission, Permissions};
use serde::{Deserialize, Serialize};

use crate::app::channel::list_invitations::ChannelInvitationView;
use crate::app::registration::invite::Issued;
use crate::app::registration::list_invitations::RegistrationView;
use crate::domain::invitation::{Invitation, InvitationId};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateUser {
    pub(crate) username: String,
    pub(crate) password: Secret,
    pub(crate) invite_token: Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistrationInvite {
    token: String,
    created_by: Option<UserId>,
    accepted_by: Option<UserId>,
    accepted_name: Option<String>,
    timestamp: i64,
}

impl From<Issued> for RegistrationInvite {
    fn from(issued: Issued) -> Self {
        Self {
            token: issued.token.expose().to_owned(),
            created_by: issued.invitation.issuer_id,
            accepted_by: None,
            accepted_name: None,
            timestamp: issued.invitation.created_at.seconds(),
        }
    }
}

impl From<RegistrationView> for RegistrationInvite {
    fn from(view: RegistrationView) -> Self {
        let (accepted_by, accepted_name) = view.accepted.unzip();
        Self {
            token: view.token.expose().to_owned(),
            created_by: view.invitation.issuer_id,
            accepted_by,
            accepted_name,
            timestamp: view.invitation.created_at.seconds(),
        }
    }
}

/// A list of anything under the member `invites`.
#[derive(Serialize)]
pub(crate) struct Invites<T> {
    pub(crate) invites: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveTokens {
    pub(crate) to_remove: Vec<Secret>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveIds {
    #[serde(deserialize_with = "lenient::ids")]
    pub(crate) to_remove: Vec<InvitationId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteToChannel {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) channel_id: ChannelId,
    pub(crate) username: String,
    pub(crate) invite_perms: Vec<Permission>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedInvite {
    invite_id: InvitationId,
    sender_id: Option<UserId>,
    recipient_id: Option<UserId>,
    channel_id: Option<i64>,
    invite_perms: Permissions,
    timestamp: i64,
}

impl From<Invitation> for CreatedInvite {
    fn from(row: Invitation) -> Self {
        Self {
            invite_id: row.id,
            sender_id: row.issuer_id,
            recipient_id: row.recipient_id,
            channel_id: row.target_id,
            invite_perms: Permissions::from_bits(row.grants),
            timestamp: row.created_at.seconds(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelInvite {
    invite_id: InvitationId,
    sender_id: UserId,
    sender_name: String,
    recipient_id: UserId,
    recipient_name: String,
    channel_id: ChannelId,
    channel_name: String,
    channel_type: ChannelType,
    invite_perms: Permissions,
    timestamp: i64,
}

impl From<ChannelInvitationView> for ChannelInvite {
    fn from(view: ChannelInvitationView) -> Self {
        let (sender_id, sender_name) = view.sender;
        let (recipient_id, recipient_name) = view.recipient;
        Self {
            invite_id: view.invitation.id,
            sender_id,
            sender_name,
            recipient_id,
            recipient_name,
            channel_id: view.channel,
            channel_name: view.channel_name,
            channel_type: view.channel_type,
            invite_perms: Permissions::from_bits(view.invitation.grants),
            timestamp: view.invitation.created_at.seconds(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfChannel {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) channel_id: ChannelId,
    #[serde(flatten)]
    pub(crate) page: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Join {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) channel_id: ChannelId,
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub(crate) invite_id: Option<InvitationId>,
}
