//! Reading a user's link.

use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::App;
use crate::domain::link::Link;
use crate::domain::subject::{Asker, NotSuperUser, subject};
use crate::store::links;

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// Somebody else's.
    #[error(transparent)]
    NotSuperUser(#[from] NotSuperUser),
    /// The user has no link, or there is no such user.
    #[error("there is no link for this user")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ReadError);

/// The link of `wanted`, by default the asker's own.
pub(crate) async fn read_link(
    app: &App,
    asker: Asker,
    wanted: Option<&str>,
) -> Result<Link, ReadError> {
    let user = subject(asker, wanted)?.ok_or(ReadError::NotFound)?;
    app.db
        .read(move |conn| links::of_user(conn, user)?.ok_or(ReadError::NotFound))
        .await
}
