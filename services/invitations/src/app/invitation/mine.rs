//! What somebody has made, as a person looks after it: with the names of what it gives, who came by which secret, and
//! the history.

use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use super::history::{Happened, show_history};
use super::list::{Part, Wanted, list_made, list_roster};
use super::promised::{Standpoint, look_at};
use super::redemption::Redemption;
use super::secrets::list_secrets;
use super::show::{Reach, ShowError, Shown, show_one};
use crate::app::App;
use crate::domain::grant::Promise;
use crate::domain::invitation::InvitationId;
use crate::domain::secret::SecretRow;

/// An invitation, and how it stands with each thing that it gives, in order.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// It.
    pub(crate) shown: Shown,
    /// What the things are called.
    pub(crate) things: Vec<Standpoint>,
    /// The one account that it is for is called so; nobody is told whose an address is.
    pub(crate) recipient: Option<String>,
}

/// What those are called whom these are for: one question for all.
async fn recipients(app: &App, rows: &[Shown]) -> Result<Vec<Option<String>>, Fault> {
    let named = |shown: &Shown| {
        let row = &shown.invitation;
        row.recipient_id.filter(|_| row.recipient_email.is_none())
    };
    let people = People::find(&app.users, rows.iter().filter_map(named)).await?;
    let name = |shown: &Shown| Some(people.get(named(shown)?)?.username.clone());
    Ok(rows.iter().map(name).collect())
}

/// One of them, with all that is told of it.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    /// It.
    pub(crate) named: Named,
    /// Who came, newest first.
    pub(crate) roster: Vec<Redemption>,
    /// Its secrets, as they were made.
    pub(crate) secrets: Vec<SecretRow>,
    /// What happened, newest first.
    pub(crate) history: Vec<Happened>,
}

/// A part of what somebody has made. One question to channels for all of it, and one to users.
pub(crate) async fn list_mine(
    app: &App,
    who: &Known,
    wanted: Wanted,
    part: Part,
) -> Result<Vec<Named>, Fault> {
    let rows = list_made(app, who.user, wanted, part).await?;
    let promises: Vec<Promise> = rows.iter().flat_map(|row| row.grants.clone()).collect();
    let mut things = look_at(app, &promises, Some(who.user)).await?.into_iter();
    let recipients = recipients(app, &rows).await?;
    let named = rows
        .into_iter()
        .zip(recipients)
        .map(|(shown, recipient)| Named {
            things: things.by_ref().take(shown.grants.len()).collect(),
            recipient,
            shown,
        });
    Ok(named.collect())
}

/// One of them; of who came and what happened as much as `part` says.
pub(crate) async fn show_mine(
    app: &App,
    who: &Known,
    id: InvitationId,
    part: Part,
) -> Result<Whole, ShowError> {
    let reach = Reach::of(who);
    let shown = show_one(app, reach, id).await?;
    let issuer = shown.invitation.issuer_id;
    let recipient = recipients(app, std::slice::from_ref(&shown)).await?.pop();
    Ok(Whole {
        named: Named {
            things: look_at(app, &shown.grants, issuer).await?,
            recipient: recipient.flatten(),
            shown,
        },
        roster: list_roster(app, reach, id, part).await?,
        secrets: list_secrets(app, reach, id).await?,
        history: show_history(app, reach, id, part).await?,
    })
}
