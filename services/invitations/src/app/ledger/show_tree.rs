//! Who invited whom to register: up from one account to the operator, and down to everybody who
//! came because of it. One query a step.

use std::collections::HashSet;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use crate::app::App;
use crate::domain::invitation::{Invitation, Use};
use crate::domain::kind::Kind;
use crate::store::ledger::{came_by, let_in_by};

/// One step of the tree: somebody came by an invitation.
pub(crate) type Step = (Use, Invitation);

/// The tree around one account.
#[derive(Debug)]
pub(crate) struct Tree {
    /// From the account up: by which invitation it came, then by which its issuer came, …
    pub(crate) above: Vec<Step>,
    /// Everybody below, a level after the other.
    pub(crate) below: Vec<Step>,
    /// True when there is more below than a list may hold.
    pub(crate) is_cut: bool,
    /// The names of everybody in it.
    pub(crate) people: People,
}

/// Reads it.
pub(crate) async fn show_tree(app: &App, root: UserId) -> Result<Tree, Fault> {
    let limit = app.settings.max_ledger_lines;
    let (above, below) = app
        .db
        .read(move |conn| {
            let mut above: Vec<Step> = Vec::new();
            let mut seen = HashSet::new();
            let mut who = Some(root);
            while let Some(user) = who.filter(|user| seen.insert(*user)) {
                let step = came_by(conn, Kind::Registration, user)?;
                who = step
                    .as_ref()
                    .and_then(|(_, invitation)| invitation.issuer_id);
                above.extend(step);
            }
            let mut below: Vec<Step> = Vec::new();
            let mut seen = HashSet::from([root]);
            let mut level = vec![root];
            while !level.is_empty() {
                let left = limit.saturating_add(1) - i64::try_from(below.len()).unwrap_or(limit);
                if left <= 0 {
                    break;
                }
                let steps = let_in_by(conn, Kind::Registration, &level, left)?;
                level = steps.iter().filter_map(|(one, _)| one.user_id).collect();
                level.retain(|user| seen.insert(*user));
                below.extend(steps);
            }
            Ok::<_, Fault>((above, below))
        })
        .await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_cut = below.len() > most;
    let mut below = below;
    below.truncate(most);
    let mut named = vec![root];
    for (one, invitation) in above.iter().chain(&below) {
        named.extend(one.user_id);
        named.extend(invitation.issuer_id);
    }
    let people = People::find(&app.users, named).await?;
    Ok(Tree {
        above,
        below,
        is_cut,
        people,
    })
}
