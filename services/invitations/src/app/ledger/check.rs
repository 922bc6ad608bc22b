//! Comparing the ledger with what is there: every settled use let exactly its person in, nobody is in
//! without a use, and every invitation counts what its uses are. Works beside running traffic: what
//! is under way is no finding.

use std::collections::BTreeMap;

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::app::engine::kinds::made_acts;
use crate::domain::invitation::{InvitationId, UseState};
use crate::domain::kind::{Effect, Kind};
use crate::store::engine::acts;
use crate::store::ledger::{KeyedUse, last_invitation, list_by_key, miscounted};

/// How many rows one step compares.
const STEP: i64 = 500;
/// How many invitations one statement counts: some tens of milliseconds.
const COUNTED: i64 = 5_000;
/// Findings beyond this many of a step say nothing new.
const MOST_FINDINGS: i64 = 100;
/// Findings that are told one by one.
const MOST_TOLD: usize = 1_000;

/// What was compared, and what does not fit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Comparison {
    /// Settled uses that were compared.
    pub(crate) settled: u64,
    /// Uses that wait to be settled; the job does it.
    pub(crate) reserved: u64,
    /// What does not fit, in words, as far as it may be told at once.
    pub(crate) findings: Vec<String>,
    /// What does not fit beyond that.
    untold: u64,
}

impl Comparison {
    fn note(&mut self, finding: String) {
        if self.findings.len() < MOST_TOLD {
            self.findings.push(finding);
        } else {
            self.untold += 1;
        }
    }
}

/// Compares everything.
pub(crate) async fn check_ledger(app: &App) -> Result<Comparison, Fault> {
    let mut comparison = Comparison::default();
    // An effect in this database came with its use, in one transaction.
    let elsewhere = |kind: &&Kind| kind.policy().effect != Effect::Here;
    for kind in Kind::ALL.iter().filter(elsewhere) {
        compare_kind(app, *kind, &mut comparison).await?;
    }
    let wrong = all_miscounted(app).await?;
    for id in wrong {
        comparison.note(format!("invitation {id} counts other uses than it has"));
    }
    if comparison.untold > 0 {
        let more = format!("and {} more of the kind", comparison.untold);
        comparison.findings.push(more);
    }
    Ok(comparison)
}

async fn all_miscounted(app: &App) -> Result<Vec<InvitationId>, Fault> {
    let Some(last) = app.db.look(last_invitation).await? else {
        return Ok(Vec::new());
    };
    let (mut wrong, mut after) = (Vec::new(), InvitationId(0));
    while after < last {
        let through = InvitationId(after.0.saturating_add(COUNTED));
        let found = app
            .db
            .look(move |conn| miscounted(conn, after, through, MOST_FINDINGS));
        wrong.extend(found.await?);
        after = through;
    }
    Ok(wrong)
}

async fn compare_kind(app: &App, kind: Kind, into: &mut Comparison) -> Result<(), Fault> {
    let mut after: Option<ActKey> = None;
    loop {
        // An act is done after its use is reserved and before it is settled. Read in this order,
        // an act of `before` has a use, and a settled use has an act in `behind`.
        let before = acts(app, kind, after.clone()).await?;
        let uses = uses(app, kind, after.clone()).await?;
        let behind = acts(app, kind, after.clone()).await?;
        let bound = [bound_of(&before), bound_of(&uses), bound_of(&behind)];
        let bound = bound.into_iter().flatten().min();
        compare_step(kind, bound.as_ref(), &before, &uses, &behind, into);
        match bound {
            Some(bound) => after = Some(bound),
            None => return Ok(()),
        }
    }
}

/// Rows by key, and whether there may be more behind the last one.
struct Rows<T> {
    rows: BTreeMap<ActKey, T>,
    is_cut: bool,
}

impl<T> Rows<T> {
    fn of(rows: BTreeMap<ActKey, T>) -> Self {
        let is_cut = i64::try_from(rows.len()).unwrap_or(STEP) >= STEP;
        Self { rows, is_cut }
    }
}

/// Up to which key the rows are complete; `None`: to the end.
fn bound_of<T>(rows: &Rows<T>) -> Option<ActKey> {
    rows.rows
        .keys()
        .next_back()
        .filter(|_| rows.is_cut)
        .cloned()
}

fn compare_step(
    kind: Kind,
    bound: Option<&ActKey>,
    before: &Rows<UserId>,
    uses: &Rows<KeyedUse>,
    behind: &Rows<UserId>,
    into: &mut Comparison,
) {
    let is_inside = |key: &ActKey| bound.is_none_or(|bound| key <= bound);
    for (key, (_, state, user, invitation)) in uses.rows.iter().filter(|(key, _)| is_inside(key)) {
        match (state, behind.rows.get(key)) {
            (UseState::Used, Some(came)) if Some(*came) == *user => into.settled += 1,
            (UseState::Used, found) => {
                let found = found.map_or_else(|| "nobody".to_owned(), |id| format!("user {id}"));
                into.note(format!(
                    "invitation {invitation} ({kind}) counts a use, but {found} came by it"
                ));
            }
            (UseState::Reserved | UseState::Released, _) => into.reserved += 1,
        }
    }
    for (key, user) in before.rows.iter().filter(|(key, _)| is_inside(key)) {
        if !uses.rows.contains_key(key) {
            into.note(format!("user {user} came in ({kind}) without a use"));
        }
    }
}

async fn acts(app: &App, kind: Kind, after: Option<ActKey>) -> Result<Rows<UserId>, Fault> {
    let made = made_acts(app, kind, after, STEP).await?;
    Ok(Rows::of(
        made.into_iter().map(|act| (act.key, act.user)).collect(),
    ))
}

async fn uses(app: &App, kind: Kind, after: Option<ActKey>) -> Result<Rows<KeyedUse>, Fault> {
    let rows: Vec<KeyedUse> = app
        .db
        .look(move |conn| {
            let after = after.as_ref().map_or("", ActKey::as_str);
            let mut rows = list_by_key(conn, kind, after, STEP)?;
            // Of several things each is an act of its own.
            rows.extend(acts::list_by_key(conn, kind, after, STEP)?);
            Ok(rows)
        })
        .await?;
    let keyed = rows
        .into_iter()
        .map(|row| (ActKey::from_stored(row.0.clone()), row));
    let mut keyed: BTreeMap<ActKey, KeyedUse> = keyed.collect();
    // Two lists: as far as the shorter one goes nothing is left out.
    while i64::try_from(keyed.len()).is_ok_and(|rows| rows > STEP) {
        keyed.pop_last();
    }
    Ok(Rows::of(keyed))
}
