//! What an operator asks about groups.

use actix_web::web::{self, Json};
use latchkey_common::server::OperatorCaller;
use latchkey_common::wire::operator::OperatorError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::requests::{AddMember, CreateGroup};
use super::{Answer, user_named};
use crate::app::App;
use crate::app::group::add_member::{AddGroupMemberError, add_group_member};
use crate::app::group::create::{CreateGroupError, NewGroup, create_operators_group};
use crate::domain::group::About;
use crate::domain::group::WhichGroup;

/// A new group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreatedGroup {
    /// What the contract shows.
    pub uuid: String,
    /// Its name.
    pub name: String,
}

/// A new member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddedMember {
    /// What the contract shows of the membership.
    pub uuid: String,
}

pub(super) async fn create(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<CreateGroup>,
) -> Answer<CreatedGroup> {
    let new = NewGroup {
        owner: user_named(&app, &ask.owner).await?,
        name: ask.name,
        about: About::default(),
    };
    let made = create_operators_group(&app, by.actor(), new).await;
    let made = made.map_err(|error| match error {
        CreateGroupError::Invalid => OperatorError::invalid(error.to_string()),
        CreateGroupError::NameTaken | CreateGroupError::TooMany => OperatorError::conflict(&error),
        CreateGroupError::Fault(fault) => fault.into(),
    })?;
    Ok(Json(CreatedGroup {
        uuid: made.uuid,
        name: made.name,
    }))
}

pub(super) async fn add_member(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<AddMember>,
) -> Answer<AddedMember> {
    let user = user_named(&app, &ask.user).await?;
    let which = match Uuid::try_parse(&ask.group) {
        Ok(uuid) => WhichGroup::Uuid(uuid.hyphenated().to_string()),
        Err(_) => WhichGroup::named(&ask.group),
    };
    let added = add_group_member(&app, by.actor(), which, user)
        .await
        .map_err(|error| match error {
            AddGroupMemberError::NotFound => OperatorError::not_found("group"),
            AddGroupMemberError::AlreadyMember => OperatorError::conflict(&error),
            AddGroupMemberError::Fault(fault) => fault.into(),
        })?;
    Ok(Json(AddedMember { uuid: added.uuid }))
}
