//! What a link shows to whoever opens it, and who has come in by it already. Nothing is taken.

use latchkey_common::auth::UserId;
use latchkey_common::secret::{Secret, TokenHash};

use super::by_secret::{Shut, open_by_secret};
use super::preview::{Preview, preview_invitation};
use crate::app::App;
use crate::store::engine::{made, secrets};

/// What somebody finds behind a link.
#[derive(Debug)]
pub(crate) enum Landing {
    /// An invitation that may let them in.
    Open(Box<Preview>),
    /// They came in by it before.
    AlreadyIn,
    /// It is for somebody else, of whose name this much is told.
    ForAnother(String),
}

/// Looks at it for `who`; `None` is somebody who is not signed in.
pub(crate) async fn land(app: &App, secret: &Secret, who: Option<UserId>) -> Result<Landing, Shut> {
    if let Some(who) = who
        && has_come(app, secret, who).await?
    {
        return Ok(Landing::AlreadyIn);
    }
    match open_by_secret(app, secret, who).await {
        Err(Shut::OtherRecipient) => Ok(Landing::ForAnother(recipient(app, secret).await?)),
        Err(shut) => Err(shut),
        Ok(_) => {
            let preview = preview_invitation(app, secret).await?;
            Ok(Landing::Open(Box::new(preview)))
        }
    }
}

/// For whom an invitation is that is for another account than the one that shows its secret, as far as is told.
pub(crate) async fn whom_for(app: &App, secret: &Secret) -> Option<String> {
    recipient(app, secret).await.ok()
}

async fn has_come(app: &App, secret: &Secret, who: UserId) -> Result<bool, Shut> {
    let hash = TokenHash::of(secret.expose());
    app.db
        .read(move |conn| {
            let Some(row) = secrets::find(conn, &hash)? else {
                return Ok(false);
            };
            Ok(made::has_let_in(conn, row.invitation_id, who)?)
        })
        .await
}

async fn recipient(app: &App, secret: &Secret) -> Result<String, Shut> {
    let opened = open_by_secret(app, secret, None).await?;
    let Some(recipient) = opened.shown.invitation.recipient_id else {
        return Err(Shut::OtherRecipient);
    };
    let found = app.users.by_ids(vec![recipient]).await?;
    Ok(found
        .first()
        .map_or_else(String::new, |one| masked(&one.username)))
}

/// Enough of a name to know one's own by, and too little to learn another's.
fn masked(name: &str) -> String {
    let first = name.chars().next();
    let last = name.chars().last();
    first.into_iter().chain("***".chars()).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_name_is_told_by_its_ends() {
        assert_eq!(masked("Johanna"), "J***a");
        assert_eq!(masked("\u{e4}\u{f6}\u{fc}\u{df}"), "\u{e4}***\u{df}");
        assert_eq!(masked(""), "***");
    }
}
