//! The account that an operator names.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use crate::app::App;

/// The account with this name, without regard to case.
pub(crate) async fn find_user(app: &App, name: &str) -> Result<Option<UserId>, Fault> {
    let found = app.users.by_username(name.to_owned()).await?;
    Ok(found.map(|user| user.id))
}
