//! What an operator asks of this service: links, and the ledger. Mounted on a listener that only
//! operators reach; there is no further check here.
//!
//! Requests and answers are public types, because the command line sends and prints them.

mod answers;
mod requests;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::server::Mount;
use latchkey_common::wire::chat::ChatJson;
use latchkey_common::wire::problem::Problem;

pub use self::answers::{Happened, InvitationStory, InvitationTree, Link, Person, TreeNode};
pub use self::requests::{CreateLink, ShowInvitation, ShowTree};

use crate::app::App;
use crate::app::create_link::{NewLink, create_link};
use crate::app::show_invitation::show_invitation;
use crate::app::show_tree::show_tree;
use crate::domain::claim::Which;
use crate::domain::invitation::InvitationId;
use crate::http::page;

/// The operator's routes.
pub(crate) fn mount(app: web::Data<App>) -> Mount {
    Arc::new(move |cfg| {
        cfg.service(
            web::scope("/operator/invitations")
                .app_data(app.clone())
                .route("/create", web::post().to(create))
                .route("/show", web::post().to(show))
                .route("/tree", web::post().to(tree)),
        );
    })
}

async fn create(
    app: web::Data<App>,
    ChatJson(ask): ChatJson<CreateLink>,
) -> Result<HttpResponse, Problem> {
    let link = NewLink {
        uses: ask.uses,
        expires_in: ask.expires_in(),
        super_user: ask.super_user,
    };
    let issued = create_link(&app, link).await?;
    let link = page::link(&app.public_url, &issued.token);
    Ok(HttpResponse::Ok().json(Link::new(&issued, link)))
}

async fn show(
    app: web::Data<App>,
    ChatJson(ask): ChatJson<ShowInvitation>,
) -> Result<HttpResponse, Problem> {
    let which = which(&ask.id).ok_or_else(no_such_invitation)?;
    let story = show_invitation(&app, which)
        .await?
        .ok_or_else(no_such_invitation)?;
    Ok(HttpResponse::Ok().json(InvitationStory::of(&story)))
}

/// A number, or the secret of a registration invitation, which is the id that its contract shows.
fn which(id: &str) -> Option<Which> {
    if let Ok(number) = id.parse() {
        return Some(Which::Id(InvitationId(number)));
    }
    (!id.is_empty()).then(|| Which::Secret(TokenHash::of(id)))
}

fn no_such_invitation() -> Problem {
    Problem::not_found().because("There is no such invitation.")
}

async fn tree(
    app: web::Data<App>,
    ChatJson(ask): ChatJson<ShowTree>,
) -> Result<HttpResponse, Problem> {
    let root = find_user(&app, &ask.user).await?;
    let tree = show_tree(&app, root).await?;
    Ok(HttpResponse::Ok().json(InvitationTree::of(root, &tree)))
}

async fn find_user(app: &App, name: &str) -> Result<UserId, Fault> {
    let found = app.users.by_username(name.to_owned()).await?;
    found
        .map(|user| user.id)
        .ok_or_else(|| Fault::invalid("There is no such user."))
}
