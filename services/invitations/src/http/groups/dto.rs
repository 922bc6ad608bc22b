//! The bodies of these calls, as the contract spells them. Ids are UUIDs, times RFC 3339 in UTC with
//! milliseconds.

mod group;

use latchkey_peers::users::UserView;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

pub(crate) use self::group::{CreateGroup, GroupBody, SeenGroup, UpdateGroup};

use crate::app::group::list::MembershipView;
use crate::app::group::list_join_requests::JoinRequestView;
use crate::domain::group::Role;
use crate::domain::join_request::{Change, StatusWord, is_message};
use crate::domain::kind::Direction;

/// A UUID in its usual form, with hyphens, in any case.
pub(crate) struct UuidText(pub(crate) String);

impl<'de> Deserialize<'de> for UuidText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        // The other forms (without hyphens, in braces, as a URN) are of other lengths.
        Uuid::try_parse(&text)
            .ok()
            .filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
            .map(|uuid| Self(uuid.hyphenated().to_string()))
            .ok_or_else(|| D::Error::custom("not a UUID"))
    }
}

#[derive(Deserialize)]
pub(crate) enum MadeBy {
    #[serde(rename = "USER")]
    User,
    #[serde(rename = "GROUP")]
    Group,
}

impl From<MadeBy> for Direction {
    fn from(side: MadeBy) -> Self {
        match side {
            MadeBy::User => Self::Request,
            MadeBy::Group => Self::Offer,
        }
    }
}

/// What stands in a path for the side; anything else means both.
pub(crate) fn sender(text: &str) -> Option<Direction> {
    if text.eq_ignore_ascii_case("user") {
        Some(Direction::Request)
    } else if text.eq_ignore_ascii_case("group") {
        Some(Direction::Offer)
    } else {
        None
    }
}

fn message<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    if text.as_deref().is_some_and(|text| !is_message(text)) {
        return Err(D::Error::custom("a message that is too long"));
    }
    Ok(text)
}

fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Option<StatusWord>, D::Error> {
    Option::<String>::deserialize(from)?
        .map(|text| StatusWord::parse(&text).ok_or_else(|| D::Error::custom("no status")))
        .transpose()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInvite {
    pub(crate) user_id: UuidText,
    pub(crate) group_id: UuidText,
    pub(crate) made_by: MadeBy,
    #[serde(default, deserialize_with = "message")]
    pub(crate) message: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct UpdateInvite {
    #[serde(default, deserialize_with = "message")]
    message: Option<String>,
    #[serde(default, deserialize_with = "status")]
    status: Option<StatusWord>,
}

impl From<UpdateInvite> for Change {
    fn from(body: UpdateInvite) -> Self {
        Self {
            message: body.message,
            status: body.status,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invite {
    id: String,
    user_id: Option<String>,
    group_id: String,
    made_by: &'static str,
    message: Option<String>,
    status: &'static str,
    created_at: String,
    updated_at: String,
    user: Option<User>,
    group: GroupBody,
}

impl From<JoinRequestView> for Invite {
    fn from(view: JoinRequestView) -> Self {
        let status = view.request.status();
        let (row, words) = (view.request.invitation, view.request.words);
        Self {
            id: words.uuid,
            user_id: view.user.as_ref().map(|user| user.uuid.clone()),
            group_id: view.request.group.uuid.clone(),
            made_by: match row.direction {
                Direction::Request => "USER",
                Direction::Offer => "GROUP",
            },
            message: words.message,
            status,
            created_at: row.created_at.rfc3339(),
            updated_at: words.updated_at.rfc3339(),
            user: view.user.map(User::from),
            group: view.request.group.into(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the contract spells it so")]
pub(crate) struct User {
    id: String,
    user_name: String,
    email: Option<String>,
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self {
            id: user.uuid,
            user_name: user.username,
            email: user.email,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct UpdateMember {
    pub(crate) role: Option<Role>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    id: String,
    user_id: Option<String>,
    group_id: String,
    role: Role,
    is_creator: bool,
    created_at: String,
    user: Option<MemberUser>,
    group: GroupBody,
}

/// Members see no e-mail address of each other.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberUser {
    id: String,
    user_name: String,
}

impl From<MembershipView> for Member {
    fn from(view: MembershipView) -> Self {
        Self {
            id: view.membership.uuid,
            user_id: view.user.as_ref().map(|user| user.uuid.clone()),
            group_id: view.group.uuid.clone(),
            role: view.membership.role,
            is_creator: view.membership.is_creator,
            created_at: view.membership.created_at.rfc3339(),
            user: view.user.map(|user| MemberUser {
                id: user.uuid,
                user_name: user.username,
            }),
            group: view.group.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_one_form() {
        let read = |text: &str| serde_json::from_str::<UuidText>(&format!("{text:?}"));
        let good = read("A8F1B2C3-0000-4000-8000-00000000000f").unwrap();
        assert_eq!(good.0, "a8f1b2c3-0000-4000-8000-00000000000f");
        for bad in [
            "",
            "1",
            "a8f1b2c3-....",
            "a8f1b2c300004000800000000000000f",
            "{a8f1b2c3-0000-4000-8000-00000000000f}",
            "a8f1b2c3-0000-4000-8000-00000000000g",
            " a8f1b2c3-0000-4000-8000-0000000000f",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
