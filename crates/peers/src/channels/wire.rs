//! Questions with more than one member, as they travel.

use latchkey_common::auth::UserId;
use serde::{Deserialize, Serialize};

use super::members::MemberId;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OneMember {
    pub(super) member: MemberId,
    pub(super) who: UserId,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ending {
    pub(super) user: UserId,
    pub(super) within: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Memberships {
    pub(super) user: UserId,
    pub(super) limit: i64,
}
