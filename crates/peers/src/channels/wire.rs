//! Questions with more than one member, as they travel.

use latchkey_common::auth::UserId;
use serde::{Deserialize, Serialize};

use super::ChannelId;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JoinPublic {
    pub(super) channel: ChannelId,
    pub(super) user: UserId,
    pub(super) username: String,
}
