//! What a link shows to whoever opens it, and who has come in by it already. Nothing is taken.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_peers::channels::StandingQuestion;

use super::by_secret::{Shut, open_by_secret};
use super::preview::{Preview, preview_as, preview_invitation};
use super::show::Shown;
use crate::app::App;
use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::InvitationId;
use crate::store::engine::{made, secrets};
use crate::store::group::group_members;
use crate::store::namespace::{collaborators, namespaces};

/// What somebody finds behind a link.
#[derive(Debug)]
pub(crate) enum Landing {
    /// An invitation that may let them in.
    Open(Box<Preview>),
    /// The same, by which they came in before; they are in no more.
    OpenAgain(Box<Preview>),
    /// They came in by it before, and are in.
    AlreadyIn,
    /// They came in by it before and are in no more, and it lets them in no more.
    Out,
    /// Their own, with what others read as long as it is open.
    Own(InvitationId, Option<Box<Preview>>),
    /// It is for somebody else, of whose name this much is told.
    ForAnother(String),
    /// It is for one person, and nobody is signed in.
    ForOne,
}

/// Looks at it for `who`, known by this name; `None` is somebody who is not signed in.
pub(crate) async fn land(
    app: &App,
    secret: &Secret,
    who: Option<(UserId, &str)>,
) -> Result<Landing, Shut> {
    let Some((me, _)) = who else {
        return for_nobody(app, secret).await;
    };
    let came = match stands(app, secret, me).await? {
        Some(Stands::Maker(id)) => {
            let preview = preview_as(app, secret, who).await.ok();
            return Ok(Landing::Own(id, preview.map(Box::new)));
        }
        Some(Stands::Came(promises)) => {
            if is_in(app, promises, me).await? {
                return Ok(Landing::AlreadyIn);
            }
            true
        }
        Some(Stands::Stranger) | None => false,
    };
    match open_by_secret(app, secret, Some(me)).await {
        Err(Shut::OtherRecipient) => Ok(Landing::ForAnother(recipient(app, secret).await?)),
        Err(Shut::Fault(fault)) => Err(fault.into()),
        Err(_) if came => Ok(Landing::Out),
        Err(shut) => Err(shut),
        Ok(_) => {
            let preview = Box::new(preview_as(app, secret, who).await?);
            Ok(if came {
                Landing::OpenAgain(preview)
            } else {
                Landing::Open(preview)
            })
        }
    }
}

/// What is for one account is told to whoever shows that they have it, and to nobody else.
async fn for_nobody(app: &App, secret: &Secret) -> Result<Landing, Shut> {
    let opened = open_by_secret(app, secret, None).await?;
    if opened.shown.invitation.recipient_id.is_some() {
        return Ok(Landing::ForOne);
    }
    let preview = preview_invitation(app, secret).await?;
    Ok(Landing::Open(Box::new(preview)))
}

/// For whom an invitation is that is for another account than the one that shows its secret, as far as is told.
pub(crate) async fn whom_for(app: &App, secret: &Secret) -> Option<String> {
    recipient(app, secret).await.ok()
}

/// How somebody stands to an invitation.
enum Stands {
    Maker(InvitationId),
    /// It has let them in, into these.
    Came(Vec<Promise>),
    Stranger,
}

async fn stands(app: &App, secret: &Secret, me: UserId) -> Result<Option<Stands>, Shut> {
    let hash = TokenHash::of(secret.expose());
    app.db
        .read(move |conn| {
            let Some(row) = secrets::find(conn, &hash)? else {
                return Ok(None);
            };
            let Some(found) = made::find(conn, row.invitation_id)? else {
                return Ok(None);
            };
            let shown = Shown::read(conn, found)?;
            Ok(Some(if shown.invitation.issuer_id == Some(me) {
                Stands::Maker(shown.invitation.id)
            } else if made::has_let_in(conn, row.invitation_id, me)? {
                Stands::Came(shown.grants)
            } else {
                Stands::Stranger
            }))
        })
        .await
}

/// Whether somebody is in any of these. Whoever asks has an account: that is something where nothing else is.
async fn is_in(app: &App, promises: Vec<Promise>, me: UserId) -> Result<bool, Fault> {
    if promises.iter().all(|one| one.grant == Grant::Account) {
        return Ok(true);
    }
    let asks = |promise: &Promise| match promise.grant {
        Grant::Channel(channel, _) => Some(StandingQuestion {
            channel,
            users: vec![me],
        }),
        Grant::Account | Grant::Group(..) | Grant::Namespace(_) => None,
    };
    let questions: Vec<_> = promises.iter().filter_map(asks).collect();
    if !questions.is_empty() {
        let found = app.channels.standings(questions).await?;
        let seats = found.into_iter().flatten().flat_map(|one| one.seats);
        if seats.flatten().next().is_some() {
            return Ok(true);
        }
    }
    let now = app.db.now();
    app.db
        .read(move |conn| {
            for promise in promises {
                let is_in = match promise.grant {
                    Grant::Account | Grant::Channel(..) => false,
                    Grant::Group(id, _) => group_members::role_of(conn, id, me, now)?.is_some(),
                    Grant::Namespace(id) => match namespaces::by_ids(conn, &[id])?.pop() {
                        Some(found) => collaborators::is_in(conn, found.root_id, me, now)?,
                        None => false,
                    },
                };
                if is_in {
                    return Ok(true);
                }
            }
            Ok::<_, Fault>(false)
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
