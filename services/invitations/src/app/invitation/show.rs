//! One invitation, for its maker and for whoever manages those of others.

use latchkey_common::auth::{Known, UserId};
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_contracts::v1::scopes::InvitationManage;

use crate::app::App;
use crate::domain::admission::Admission;
use crate::domain::grant::Grant;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Direction;
use crate::domain::texts::Texts;
use crate::store::engine::made;

/// An invitation, and what is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What is said.
    pub(crate) texts: Texts,
    /// The one whose place it takes.
    pub(crate) replaces: Option<InvitationId>,
    /// How it lets in.
    pub(crate) admission: Admission,
}

impl From<made::Said> for Shown {
    fn from((invitation, texts, replaces, admission): made::Said) -> Self {
        Self {
            invitation,
            texts: texts.unwrap_or_default(),
            replaces,
            admission,
        }
    }
}

/// Why it is not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShowError {
    /// There is none, or none that the caller may see.
    #[error("no such invitation")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ShowError);

/// Whose invitations somebody may see and end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    me: UserId,
    manages: bool,
}

impl Reach {
    /// One's own, and with the right to manage those of others too.
    pub(crate) fn of(caller: &Known) -> Self {
        Self {
            me: caller.user,
            manages: caller.is_super_user && caller.may::<InvitationManage>(),
        }
    }

    /// The one of this number, if this contract has it and the caller may see it.
    pub(in crate::app) fn find(
        self,
        conn: &mut Conn,
        id: InvitationId,
    ) -> QueryResult<Option<made::Said>> {
        Ok(made::find(conn, id)?.filter(|(row, ..)| self.has(row)))
    }

    fn has(self, row: &Invitation) -> bool {
        let is_offer = row.direction == Direction::Offer;
        let is_ours = Grant::of(row).is_some();
        is_offer && is_ours && (self.manages || row.issuer_id == Some(self.me))
    }
}

/// Shows it.
pub(crate) async fn show_one(
    app: &App,
    reach: Reach,
    id: InvitationId,
) -> Result<Shown, ShowError> {
    let found = app.db.look(move |conn| reach.find(conn, id)).await?;
    found.map(Shown::from).ok_or(ShowError::NotFound)
}
