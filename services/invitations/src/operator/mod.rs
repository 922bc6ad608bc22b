//! What an operator asks of this service: links, and the ledger. The listener that knows operators
//! hands each command the permission, [`OperatorCaller`].
//!
//! Requests and answers are public types, because the command line sends and prints them.

mod answers;
mod choirs;
mod groups;
mod join_requests;
mod listed;
mod requests;
mod tree;

use actix_web::web::{self, Json};
use latchkey_common::audit;
use latchkey_common::auth::UserId;
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;

pub use self::answers::{
    Happened, InvitationStory, LedgerReport, Link, NamespaceMade, Person, ShownId,
};
pub use self::choirs::{
    ChoirInvited, ChoirKeyId, ChoirKeyInfo, ChoirKeyList, ChoirListed, CreateChoirKey,
    InviteToChoir, MadeChoirKey, RevokeChoirKey, Whitelist,
};
pub use self::groups::{AddedMember, CreatedGroup};
pub use self::join_requests::{
    DecideRequest, JoinRequestInfo, JoinRequestList, ListRequests, MOST_LISTED,
};
pub use self::listed::{InvitationList, ListInvitations, ListedInvitation};
pub use self::requests::{
    AddMember, CreateGroup, CreateLink, CreateNamespace, ShowInvitation, ShowTree,
};
pub use self::tree::{InvitationTree, TreeNode};

use crate::app::App;
use crate::app::engine::find_user::find_user;
use crate::app::ledger::check::check_ledger;
use crate::app::ledger::find_shown::find_shown;
use crate::app::ledger::read_audit::read_audit;
use crate::app::ledger::revoke::{RevokeError, revoke_any_invitation};
use crate::app::ledger::show_invitation::show_invitation;
use crate::app::ledger::show_tree::show_tree;
use crate::app::namespace::create::{CreateError, create_path};
use crate::app::registration::create_link::{NewLink, create_link};
use crate::app::registration::link::registration_link;
use crate::domain::claim::Which;
use crate::domain::namespace::NamespacePath;

const INVITATIONS: &str = "invitations";

/// The operator's routes.
pub(crate) fn routes(app: &web::Data<App>) -> Vec<InternalRoute> {
    let own = [
        InternalRoute::operator(INVITATIONS, "create", create),
        InternalRoute::operator(INVITATIONS, "show", show),
        InternalRoute::operator(INVITATIONS, "list", listed::list),
        InternalRoute::operator(INVITATIONS, "revoke", revoke),
        InternalRoute::operator(INVITATIONS, "audit", audit),
        InternalRoute::operator(INVITATIONS, "tree", tree),
        InternalRoute::operator(INVITATIONS, "check-ledger", compare),
        InternalRoute::operator("groups", "create", groups::create),
        InternalRoute::operator("groups", "add-member", groups::add_member),
        InternalRoute::operator("namespaces", "create", create_namespace),
    ];
    own.into_iter()
        .chain(choirs::routes())
        .chain(join_requests::routes())
        .map(|route| route.with(app.clone()))
        .collect()
}

type Answer<T> = Result<Json<T>, OperatorError>;

async fn create(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<CreateLink>,
) -> Answer<Link> {
    let link = NewLink {
        uses: ask.uses,
        life: ask.life(),
        super_user: ask.super_user,
    };
    let issued = create_link(&app, by.actor(), link).await?;
    let link = registration_link(&app, &issued.token);
    Ok(Json(Link::new(&issued, link)))
}

async fn show(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ShowInvitation>,
) -> Answer<InvitationStory> {
    let which = which(&app, &ask.id).await?;
    story(&app, which).await
}

async fn audit(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<audit::Ask>,
) -> Answer<audit::Entries> {
    Ok(Json(read_audit(&app, &ask).await?.into()))
}

async fn revoke(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ShowInvitation>,
) -> Answer<InvitationStory> {
    let which = which(&app, &ask.id).await?;
    let revoked = revoke_any_invitation(&app, by.actor(), which).await;
    let id = revoked.map_err(|error| match error {
        RevokeError::NotFound => OperatorError::not_found("invitation"),
        RevokeError::Ended(..) => OperatorError::conflict(&error),
        RevokeError::Fault(fault) => fault.into(),
    })?;
    story(&app, Which::Id(id)).await
}

async fn which(app: &App, id: &str) -> Result<Which, OperatorError> {
    find_shown(app, id)
        .await?
        .ok_or_else(|| OperatorError::not_found("invitation"))
}

async fn story(app: &App, which: Which) -> Answer<InvitationStory> {
    let story = show_invitation(app, which)
        .await?
        .ok_or_else(|| OperatorError::not_found("invitation"))?;
    Ok(Json(InvitationStory::of(&story)))
}

async fn create_namespace(
    by: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<CreateNamespace>,
) -> Answer<NamespaceMade> {
    let owner = user_named(&app, &ask.owner).await?;
    let path = NamespacePath::parse(&ask.path).ok_or_else(|| {
        OperatorError::invalid("a path is names of 3 to 32 letters and digits with slashes between")
    })?;
    let made = create_path(&app, by.actor(), owner, path)
        .await
        .map_err(|error| match error {
            CreateError::Invalid(_) => OperatorError::conflict(&error),
            CreateError::Fault(fault) => fault.into(),
        })?;
    Ok(Json(made.into()))
}

async fn tree(
    _: OperatorCaller,
    app: web::Data<App>,
    Json(ask): Json<ShowTree>,
) -> Answer<InvitationTree> {
    let root = user_named(&app, &ask.user).await?;
    let tree = show_tree(&app, root).await?;
    Ok(Json(InvitationTree::of(root, &tree)))
}

async fn compare(_: OperatorCaller, app: web::Data<App>) -> Answer<LedgerReport> {
    Ok(Json(check_ledger(&app).await?.into()))
}

async fn user_named(app: &App, name: &str) -> Result<UserId, OperatorError> {
    find_user(app, name)
        .await?
        .ok_or_else(|| OperatorError::not_found("user"))
}
