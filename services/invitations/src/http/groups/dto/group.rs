//! A group's bodies.

use serde::{Deserialize, Serialize};

use crate::app::group::list::GroupView;
use crate::domain::group::{About, Group, GroupType};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateGroup {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) about: AboutBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateGroup {
    pub(crate) name: Option<String>,
    #[serde(flatten)]
    pub(crate) about: AboutBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AboutBody {
    description: Option<String>,
    sports: Option<Vec<String>>,
    accepting_new_members: Option<bool>,
    verification_request: Option<bool>,
    group_type: Option<GroupType>,
}

impl From<AboutBody> for About {
    fn from(body: AboutBody) -> Self {
        Self {
            description: body.description,
            sports: body.sports,
            accepting_new_members: body.accepting_new_members,
            verification_request: body.verification_request,
            group_type: body.group_type,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupBody {
    id: String,
    name: String,
    description: Option<String>,
    sports: Vec<String>,
    accepting_new_members: bool,
    verification_request: bool,
    group_type: GroupType,
    created_at: String,
    updated_at: String,
}

impl From<Group> for GroupBody {
    fn from(group: Group) -> Self {
        Self {
            sports: group.sports(),
            id: group.uuid,
            name: group.name,
            description: group.description,
            accepting_new_members: group.accepting_new_members,
            verification_request: group.verification_request,
            group_type: group.kind,
            created_at: group.created_at.rfc3339(),
            updated_at: group.updated_at.rfc3339(),
        }
    }
}

/// A group as the caller sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeenGroup {
    #[serde(flatten)]
    group: GroupBody,
    is_member: bool,
    /// Nobody follows groups here.
    is_following: bool,
}

impl SeenGroup {
    /// The caller has just made or edited it, so they are in.
    pub(crate) fn by_member(group: Group) -> Self {
        Self {
            group: group.into(),
            is_member: true,
            is_following: false,
        }
    }
}

impl From<GroupView> for SeenGroup {
    fn from(view: GroupView) -> Self {
        Self {
            group: view.group.into(),
            is_member: view.is_member,
            is_following: false,
        }
    }
}
