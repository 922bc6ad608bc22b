//! Coming into a tree of namespaces by the secret of an invitation.

use latchkey_common::auth::UserId;
use latchkey_common::db::Conn;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::via_fault;

use super::accept_invitation::let_in;
use super::find::NamespaceError;
use crate::app::App;
use crate::app::engine::once::{OnceError, begin_act};
use crate::domain::claim::{Claim, Which};
use crate::domain::kind::Kind;
use crate::domain::namespace::{Namespace, NamespaceId};
use crate::store::namespace::{collaborators, namespaces};

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub(in crate::app) enum JoinTreeError {
    /// The namespace is gone.
    #[error("no such namespace")]
    Closed,
    /// In already; the owner always is.
    #[error("already a collaborator")]
    AlreadyIn,
    /// The invitation lets this person in no more.
    #[error("the invitation does not fit")]
    Invitation,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(JoinTreeError);

/// Lets them in, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn join_tree_by_secret(
    app: &App,
    secret: TokenHash,
    (user, username): (UserId, String),
    id: NamespaceId,
    call: Option<OneCall>,
) -> Result<ActKey, OnceError<JoinTreeError>> {
    let claim = Claim {
        which: Which::Secret(secret),
        kind: Kind::Namespace,
        target_id: Some(id.0),
        user_id: Some(user),
        email: None,
        username,
    };
    let (key, now) = (ActKey::random(), app.db.now());
    app.db
        .for_new()
        .write(move |conn| {
            begin_act::<JoinTreeError>(conn, call.as_ref(), &key, now)?;
            let namespace = open_tree(conn, id, user).map_err(OnceError::Refused)?;
            let joined = let_in(conn, namespace.root_id, user, &claim, &key, now);
            joined.map_err(|error| {
                OnceError::Refused(match error {
                    NamespaceError::NotFound => JoinTreeError::Invitation,
                    NamespaceError::Fault(fault) => JoinTreeError::Fault(fault),
                })
            })?;
            Ok(key)
        })
        .await
}

/// The namespace, held, if this person is not in it yet.
fn open_tree(conn: &mut Conn, id: NamespaceId, user: UserId) -> Result<Namespace, JoinTreeError> {
    let namespace = namespaces::hold_one(conn, id)?.ok_or(JoinTreeError::Closed)?;
    if namespace.owner_id == user || collaborators::is_in(conn, namespace.root_id, user)? {
        return Err(JoinTreeError::AlreadyIn);
    }
    Ok(namespace)
}
