//! The operator makes a registration link: good for several people, with an end, for a super user.

use std::time::Duration;

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_contracts::v1::times::LONGEST_SPAN;

use super::invite::{Issued, new_registration};
use crate::app::App;
use crate::domain::kind::RegistrationGrants;
use crate::settings::end_of_life;
use crate::store::audit;
use crate::store::engine::invitations::insert;

/// How long a link is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkLife {
    /// As long as the setting says.
    Usual,
    /// Until it is used up or taken back.
    Endless,
    /// So long.
    For(Duration),
}

/// What the link shall be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewLink {
    /// For how many people; at least 1.
    pub(crate) uses: i64,
    /// How long it is good.
    pub(crate) life: LinkLife,
    /// Whether the accounts become super users.
    pub(crate) super_user: bool,
}

/// Makes it.
pub(crate) async fn create_link(app: &App, by: Actor, link: NewLink) -> Result<Issued, Fault> {
    if link.uses < 1 {
        return Err(Fault::invalid("an invitation is good for at least one use"));
    }
    let now = app.db.now();
    let expires_at = match link.life {
        LinkLife::Usual => end_of_life(now.process(), app.settings.operator_link_life_s),
        LinkLife::Endless => None,
        LinkLife::For(span) if span.is_zero() => {
            return Err(Fault::invalid(
                "this invitation would be over before anybody has it: it must be good for a while",
            ));
        }
        LinkLife::For(span) if span > LONGEST_SPAN => {
            return Err(Fault::invalid(
                "an invitation is good for ten years at most, or has no end",
            ));
        }
        LinkLife::For(span) => Some(now.process().plus(span)),
    };
    let grants = RegistrationGrants {
        super_user: link.super_user,
    };
    let (token, new) = new_registration(app, grants, link.uses, expires_at).await?;
    let invitation = app
        .db
        .for_new()
        .write(move |conn| {
            let made = insert(conn, &new, now)?;
            let made = made.ok_or_else(|| Fault::internal("a random token came twice"))?;
            audit::invitation(conn, &by, Verb::InvitationMade, &made, now)?;
            Ok::<_, Fault>(made)
        })
        .await?;
    Ok(Issued { invitation, token })
}
