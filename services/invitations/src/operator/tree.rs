//! Who invited whom, as the command line prints it.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::Id;
use latchkey_peers::users::People;
use serde::{Deserialize, Serialize};

use super::answers::{Person, ShownId, person};
use crate::app::ledger::show_tree::{Step, Tree};
use crate::domain::invitation::InvitationId;

/// Somebody who came, by which invitation, and who came because of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TreeNode {
    /// Who.
    pub person: Person,
    /// By which invitation; `None` for the root of the question.
    pub invitation: Option<ShownId>,
    /// When.
    pub at: Option<String>,
    /// Whom they let in.
    pub let_in: Vec<TreeNode>,
}

/// Who invited whom, around one account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InvitationTree {
    /// From the account's inviter up to the operator (`None`), nearest first.
    pub invited_by: Vec<Option<Person>>,
    /// The account, and everybody below it.
    pub tree: TreeNode,
    /// True when more are below than are shown.
    pub is_cut: bool,
}

impl InvitationTree {
    pub(super) fn of(root: UserId, tree: &Tree) -> Self {
        let issuer = |(_, row): &Step| row.issuer_id.map(|id| person(&tree.people, id));
        let mut below: HashMap<Option<UserId>, Vec<&Step>> = HashMap::new();
        for step in &tree.below {
            below.entry(step.1.issuer_id).or_default().push(step);
        }
        Self {
            invited_by: tree.above.iter().map(issuer).collect(),
            tree: node(person(&tree.people, root), None, &mut below, &tree.people),
            is_cut: tree.is_cut,
        }
    }
}

/// Each entry is taken out of `below` as it is placed, so that the depth is bounded by the rows.
fn node(
    person_here: Person,
    came: Option<(InvitationId, Option<Millis>)>,
    below: &mut HashMap<Option<UserId>, Vec<&Step>>,
    people: &People,
) -> TreeNode {
    let children = below.remove(&Some(person_here.id)).unwrap_or_default();
    let let_in = children
        .into_iter()
        .filter_map(|(one, row)| {
            let came = (row.id, one.settled_at);
            Some(node(
                person(people, one.user_id?),
                Some(came),
                below,
                people,
            ))
        })
        .collect();
    TreeNode {
        person: person_here,
        invitation: came.map(|(id, _)| Id::of(id.0)),
        at: came.and_then(|(_, at)| at).map(Millis::rfc3339),
        let_in,
    }
}
