//! Coming into a tree of namespaces by an invitation of our own contract.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};

use super::accept_invitation::{enter, let_in};
use super::find::NamespaceError;
use crate::app::App;
use crate::app::engine::join_here::JoinHereError;
use crate::app::engine::once::{OnceError, act_once};
use crate::domain::claim::{Claim, Person, Which};
use crate::domain::kind::Kind;
use crate::domain::namespace::{Namespace, NamespaceId};
use crate::store::namespace::{collaborators, namespaces};

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn join_tree(
    app: &App,
    which: Which,
    person: Person,
    id: NamespaceId,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<JoinHereError>> {
    let user = person.user;
    let claim = Claim::of_person(person, which, Kind::Namespace, Some(id.0));
    act_once(app, call, move |conn, key, now| {
        let namespace = open_tree(conn, id, user, now)?;
        let joined = let_in(conn, namespace.root_id, user, &claim, key, now);
        joined.map_err(|error| match error {
            NamespaceError::NotFound => JoinHereError::Invitation,
            NamespaceError::Fault(fault) => JoinHereError::Fault(fault),
        })
    })
    .await
}

/// Lets somebody in on the right of `issuer`, as one of several things that an invitation gives.
pub(in crate::app) fn enter_tree(
    conn: &mut Conn,
    id: NamespaceId,
    issuer: UserId,
    user: UserId,
    ends_after: Option<i64>,
    now: SqlNow,
) -> Result<(), JoinHereError> {
    let namespace = open_tree(conn, id, user, now)?;
    if namespace.owner_id != issuer {
        return Err(JoinHereError::Invitation);
    }
    enter(conn, namespace.root_id, user, ends_after, now).map_err(|error| match error {
        NamespaceError::NotFound => JoinHereError::AlreadyIn,
        NamespaceError::Fault(fault) => JoinHereError::Fault(fault),
    })
}

/// The namespace, held, if this person is not in it yet.
fn open_tree(
    conn: &mut Conn,
    id: NamespaceId,
    user: UserId,
    now: SqlNow,
) -> Result<Namespace, JoinHereError> {
    let namespace = namespaces::hold_one(conn, id)?.ok_or(JoinHereError::Closed)?;
    if namespace.owner_id == user || collaborators::is_in(conn, namespace.root_id, user, now)? {
        return Err(JoinHereError::AlreadyIn);
    }
    Ok(namespace)
}
