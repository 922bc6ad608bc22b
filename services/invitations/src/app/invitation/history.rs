//! Everything that happened to one invitation, in order: made, its secrets, whom it let in and what they did not get,
//! and how it ended. It only grows at its end, so that a place in it stays what it is.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};

use super::list::Part;
use super::redemption::{Redemption, of_uses};
use super::show::{Reach, ShowError};
use crate::app::App;
use crate::domain::act::{ActState, DropReason};
use crate::domain::grant::Grant;
use crate::domain::invitation::{
    EndReason, Invitation, InvitationId, SecretId, State, UseId, UseState,
};
use crate::store::engine::secrets;
use crate::store::ledger::history;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// It was made.
    Created,
    /// A secret was made.
    SecretMade(SecretId),
    /// A secret was taken back.
    SecretRevoked(SecretId),
    /// Somebody was on the way in.
    Reserved(UseId),
    /// Somebody came in.
    Settled(UseId),
    /// Nobody came in, and the use was given back.
    Released(UseId),
    /// Whoever came did not get this.
    Dropped(UseId, Grant, Option<DropReason>),
    /// It let nobody in any more.
    Ended(State, Option<EndReason>),
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Happened {
    /// Its place in the history, from 1.
    pub(crate) number: i64,
    /// When.
    pub(crate) at: Millis,
    /// What.
    pub(crate) what: What,
    /// Who did it, or came; nobody in particular, or nobody yet.
    pub(crate) who: Option<UserId>,
    /// The name that whoever came gave.
    pub(crate) username: Option<String>,
}

/// A part of it. Of an invitation for very many those who came first are told, and the roster has all of them.
pub(crate) async fn show_history(
    app: &App,
    reach: Reach,
    id: InvitationId,
    part: Part,
) -> Result<Vec<Happened>, ShowError> {
    let most = app.settings.max_ledger_lines;
    let all = app
        .db
        .read(move |conn| {
            let (row, ..) = reach.find(conn, id)?.ok_or(ShowError::NotFound)?;
            Ok::<_, ShowError>(whole(conn, &row, most)?)
        })
        .await?;
    let is_wanted = |line: &Happened| match (part.after, part.is_newest_first) {
        (None, _) => true,
        (Some(after), true) => line.number < after,
        (Some(after), false) => line.number > after,
    };
    let mut wanted: Vec<Happened> = all.into_iter().filter(is_wanted).collect();
    if part.is_newest_first {
        wanted.reverse();
    }
    wanted.truncate(usize::try_from(part.limit).unwrap_or(usize::MAX));
    Ok(wanted)
}

fn whole(conn: &mut Conn, row: &Invitation, most: i64) -> QueryResult<Vec<Happened>> {
    let mut lines = vec![line(row.created_at, What::Created, row.issuer_id)];
    for secret in secrets::list(conn, row.id, most)? {
        lines.push(line(secret.created_at, What::SecretMade(secret.id), None));
        let revoked = secret.revoked_at;
        lines.extend(revoked.map(|at| line(at, What::SecretRevoked(secret.id), None)));
    }
    let uses = history(conn, row.id, most)?;
    for redemption in of_uses(conn, row, uses)? {
        came(&mut lines, &redemption);
    }
    lines.extend(
        row.decided_at
            .map(|at| line(at, What::Ended(row.state, row.end_reason), row.decided_by)),
    );
    // Stable: what happened in one millisecond stays in the order of the lifecycle.
    lines.sort_by_key(|line| line.at);
    for (number, line) in (1..).zip(&mut lines) {
        line.number = number;
    }
    Ok(lines)
}

const fn line(at: Millis, what: What, who: Option<UserId>) -> Happened {
    Happened {
        number: 0,
        at,
        what,
        who,
        username: None,
    }
}

fn came(lines: &mut Vec<Happened>, redemption: &Redemption) {
    let used = &redemption.used;
    let named = |at, what| Happened {
        username: Some(used.username.clone()),
        ..line(at, what, used.user_id)
    };
    lines.push(named(used.reserved_at, What::Reserved(used.id)));
    let Some(at) = used.settled_at else { return };
    if used.state == UseState::Released {
        lines.push(named(at, What::Released(used.id)));
        return;
    }
    lines.push(named(at, What::Settled(used.id)));
    for thing in &redemption.things {
        if thing.state == ActState::Dropped {
            let what = What::Dropped(used.id, thing.grant, thing.reason);
            lines.push(named(at, what));
        }
    }
}
