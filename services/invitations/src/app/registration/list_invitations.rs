//! What a person sees of the registration invitations that he made: the secret again, and whom it
//! let in.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::secret::Secret;
use latchkey_peers::users::People;

use crate::app::App;
use crate::domain::invitation::{Invitation, InvitationId, Use};
use crate::domain::kind::Kind;
use crate::store::engine::invitations::list_issued;
use crate::store::ledger::let_in;

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct RegistrationView {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What the holder presents.
    pub(crate) token: Secret,
    /// Who made an account with it.
    pub(crate) accepted: Option<(UserId, String)>,
}

/// Those of `me`, used ones included, removed ones not.
pub(crate) async fn list_registration_invitations(
    app: &App,
    me: UserId,
    page: &Page,
) -> Result<Paged<RegistrationView>, Fault> {
    let (size, after) = (page.size(app.list_ceiling), page.after.unwrap_or_default());
    let (Paged { items, next }, uses) = app
        .db
        .read(move |conn| {
            let rows = list_issued(conn, Kind::Registration, me, after, size.saturating_add(1))?;
            let page = Paged::cut(rows, size, |(_, _, row)| row.id.0);
            let ids: Vec<InvitationId> = page.items.iter().map(|(_, _, row)| row.id).collect();
            let uses = let_in(conn, &ids)?;
            Ok::<_, Fault>((page, uses))
        })
        .await?;
    let people = People::find(&app.users, uses.iter().filter_map(|one| one.user_id)).await?;
    let first: HashMap<InvitationId, UserId> = first_of_each(&uses);
    let items = items
        .into_iter()
        .map(|(hash, sealed, invitation)| {
            let token = app
                .master_key
                .open(&hash, &sealed)
                .and_then(|plain| String::from_utf8(plain).ok())
                .ok_or_else(|| Fault::unavailable("master key", "it does not open this token"))?;
            let accepted = first.get(&invitation.id).map(|id| (*id, people.name(*id)));
            Ok(RegistrationView {
                invitation,
                token: Secret::new(token),
                accepted,
            })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    Ok(Paged { items, next })
}

fn first_of_each(uses: &[Use]) -> HashMap<InvitationId, UserId> {
    // The list is in order, so that inserting from the end leaves the first one.
    uses.iter()
        .rev()
        .filter_map(|one| Some((one.invitation_id, one.user_id?)))
        .collect()
}
