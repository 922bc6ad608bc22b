//! Making a group. Whoever makes it is its first admin.

use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;
use latchkey_contracts::v1::ids;

use crate::app::App;
use crate::domain::group::{About, Group, GroupName, Role};
use crate::store::audit;
use crate::store::engine::issuers::hold_issuer;
use crate::store::group::{group_members, groups};

/// A group to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewGroup {
    /// Who makes it.
    pub(crate) owner: UserId,
    /// Its name.
    pub(crate) name: String,
    /// The rest.
    pub(crate) about: About,
}

/// Why there is no group.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateGroupError {
    /// No group can have that name, or something else is too long.
    #[error("a name or a description that no group can have")]
    Invalid,
    /// Another group has the name, or one that differs in case only.
    #[error("the name is taken")]
    NameTaken,
    /// The person looks after as many as one may.
    #[error("as many groups as one may have")]
    TooMany,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CreateGroupError);

/// Makes a person's.
pub(crate) async fn create_group(app: &App, new: NewGroup) -> Result<Group, CreateGroupError> {
    app.limits.check("group", new.owner)?;
    let most = app.limits.are_on();
    let most = most.then_some(app.settings.groups_per_person);
    make(app, new, most, None).await
}

/// Makes one for the operator, who may make any number for anybody.
pub(crate) async fn create_operators_group(
    app: &App,
    by: Actor,
    new: NewGroup,
) -> Result<Group, CreateGroupError> {
    make(app, new, None, Some(by)).await
}

async fn make(
    app: &App,
    new: NewGroup,
    most: Option<usize>,
    by: Option<Actor>,
) -> Result<Group, CreateGroupError> {
    let name = GroupName::parse(&new.name).ok_or(CreateGroupError::Invalid)?;
    if !new.about.fits() {
        return Err(CreateGroupError::Invalid);
    }
    let now = app.db.now();
    app.db
        .for_new()
        .write(move |conn| {
            if let Some(most) = most {
                hold_issuer(conn, new.owner)?;
                if group_members::administered_by(conn, new.owner, now)?.len() >= most {
                    return Err(CreateGroupError::TooMany);
                }
            }
            let group =
                groups::insert(conn, &name, &new.about, now)?.ok_or(CreateGroupError::NameTaken)?;
            group_members::insert(conn, group.id, new.owner, Role::Admin, true, now)?;
            if let Some(by) = &by {
                let named = (group.id.0, group.name.as_str());
                audit::about::<ids::Group>(conn, by, Verb::GroupMade, named, now)?;
            }
            Ok(group)
        })
        .await
}
