//! The account that somebody names.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::UserView;

use crate::app::App;

/// The account with this name, without regard to case.
pub(crate) async fn find_user(app: &App, name: &str) -> Result<Option<UserId>, Fault> {
    Ok(find_person(app, name).await?.map(|user| user.id))
}

/// The same with what is known of it.
pub(crate) async fn find_person(app: &App, name: &str) -> Result<Option<UserView>, Fault> {
    app.users.by_username(name.to_owned()).await
}
