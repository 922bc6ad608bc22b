//! The operator makes a registration link: good for several people, with an end, for a super user.

use std::time::Duration;

use latchkey_common::fault::Fault;

use super::invite::{Issued, new_registration};
use crate::app::App;
use crate::domain::kind::RegistrationGrants;
use crate::store::engine::invitations::insert;

/// What the link shall be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewLink {
    /// For how many people; at least 1.
    pub(crate) uses: i64,
    /// How long; `None`: until it is used up.
    pub(crate) expires_in: Option<Duration>,
    /// Whether the accounts become super users.
    pub(crate) super_user: bool,
}

/// Makes it.
pub(crate) async fn create_link(app: &App, link: NewLink) -> Result<Issued, Fault> {
    if link.uses < 1 {
        return Err(Fault::invalid("an invitation is good for at least one use"));
    }
    let now = app.db.now();
    let expires_at = link.expires_in.map(|span| now.process().plus(span));
    let grants = RegistrationGrants {
        super_user: link.super_user,
    };
    let (token, new) = new_registration(app, grants, link.uses, expires_at).await?;
    let invitation = app
        .db
        .for_new()
        .write(move |conn| {
            insert(conn, &new, now)?.ok_or_else(|| Fault::internal("a random token came twice"))
        })
        .await?;
    Ok(Issued { invitation, token })
}
