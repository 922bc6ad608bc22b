//! Making a user's one link: reserve it here, make it at Discord, fill it in. A crash in between
//! leaves a reservation, which the job gives back.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::audit::{self, Actor};
use latchkey_common::auth::UserId;
use latchkey_common::crash_point::{self, AFTER_LINK_MADE, AFTER_LINK_RESERVE};
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;
use latchkey_contracts::v1::ids::{self, Id};
use uuid::Uuid;

use super::{App, to_the_end};
use crate::discord::DiscordError;
use crate::domain::link::{Code, Link};
use crate::domain::subject::{Asker, NotSuperUser, subject};
use crate::store::links::{self, NewLink};

/// Why no link was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeError {
    /// For somebody else.
    #[error(transparent)]
    NotSuperUser(#[from] NotSuperUser),
    /// For nobody.
    #[error("there is no such user")]
    NoSuchUser,
    /// The user has one, or one is being made.
    #[error("the user has a link")]
    AlreadyPresent,
    /// Discord did not make one, or it could not be stored.
    #[error("no link was made")]
    NotMade {
        /// When Discord's rate limits let the next one through.
        retry_after: Option<Duration>,
    },
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MakeError);

/// Makes the link of `wanted`, by default the asker's own.
pub(crate) async fn make_link(
    app: &Arc<App>,
    (asker, by): (Asker, Actor),
    wanted: Option<&str>,
) -> Result<Link, MakeError> {
    let user = subject(asker, wanted)?.ok_or(MakeError::NoSuchUser)?;
    if user != asker.user && app.users.by_ids(vec![user]).await?.is_empty() {
        return Err(MakeError::NoSuchUser);
    }
    let reserved = reserve(app, user, (asker.user, by)).await?;
    crash_point::reach(AFTER_LINK_RESERVE);
    let app = Arc::clone(app);
    to_the_end(async move { mint(&app, reserved).await }).await
}

/// Who asks for somebody else does it for the place, and it is written down.
async fn reserve(
    app: &App,
    user: UserId,
    (requested_by, by): (UserId, Actor),
) -> Result<Link, MakeError> {
    let now = app.db.now();
    let new = NewLink {
        uuid: Uuid::new_v4().to_string(),
        user,
        requested_by,
        settle_within: app.settings.settle_within(),
    };
    app.db
        .for_new()
        .write(move |conn| {
            let link = links::reserve(conn, &new, now)?.ok_or(MakeError::AlreadyPresent)?;
            if link.user_id != requested_by {
                let whose = Id::<ids::Account>::of(link.user_id.0).to_string();
                let named = (Some(whose.as_str()), link.uuid.as_str());
                audit::note(conn, &by, Verb::DiscordLinkMade, named, now)?;
            }
            Ok(link)
        })
        .await
}

async fn mint(app: &App, reserved: Link) -> Result<Link, MakeError> {
    // Counted here and not before: who asks again and again for a link that is there harms nobody.
    let made = match app.limits.check("invitation", reserved.requested_by) {
        Ok(()) => ask_discord(app, &reserved).await,
        Err(fault) => Err(fault.into()),
    };
    match made {
        Ok(code) => {
            crash_point::reach(AFTER_LINK_MADE);
            fill(app, &reserved, code).await
        }
        Err(error) => {
            release(app, &reserved).await;
            Err(error)
        }
    }
}

async fn ask_discord(app: &App, reserved: &Link) -> Result<Code, MakeError> {
    let (user, by) = (reserved.user_id, reserved.requested_by);
    let reason = format!("Latchkey: link for user {user}, asked for by user {by}");
    app.discord
        .create_invite(reason)
        .await
        .map_err(|error| not_made(reserved, &error))
}

fn not_made(reserved: &Link, error: &DiscordError) -> MakeError {
    tracing::warn!(
        user = reserved.user_id.0,
        link = reserved.uuid,
        may_exist = error.leaves_outcome_unknown(),
        %error,
        "Discord made no link"
    );
    MakeError::NotMade {
        retry_after: error.retry_after(),
    }
}

async fn fill(app: &App, reserved: &Link, code: Code) -> Result<Link, MakeError> {
    let (id, now, kept) = (reserved.id, app.db.now(), code.clone());
    let filled: Result<Option<Link>, Fault> = app
        .db
        .change(move |conn| links::fill(conn, id, &kept, now))
        .await;
    let trouble = match filled {
        Ok(Some(link)) => return Ok(link),
        Ok(None) => "the reservation was given back".to_owned(),
        Err(fault) => fault.to_string(),
    };
    // The one place where a code is written to a log: whoever reads it can take the link back.
    tracing::error!(
        user = reserved.user_id.0,
        link = reserved.uuid,
        code = code.as_str(),
        trouble,
        "Discord made a link that could not be stored"
    );
    release(app, reserved).await;
    Err(MakeError::NotMade { retry_after: None })
}

/// Lets the user try again. What cannot be given back now the job gives back when its time is over.
async fn release(app: &App, reserved: &Link) {
    let (id, now) = (reserved.id, app.db.now());
    let released: Result<bool, Fault> = app
        .db
        .change(move |conn| links::release(conn, id, now))
        .await;
    if let Err(fault) = released {
        tracing::warn!(link = reserved.uuid, %fault, "a reservation is left to the job");
    }
}
