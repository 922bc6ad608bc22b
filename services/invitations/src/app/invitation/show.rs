//! One invitation, for its maker and for whoever manages those of others.

use std::collections::HashMap;

use latchkey_common::auth::{Known, UserId};
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_contracts::v1::scopes::InvitationManage;

use crate::app::App;
use crate::domain::admission::Admission;
use crate::domain::grant::{Grant, Promise};
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Direction;
use crate::domain::texts::Texts;
use crate::store::engine::{grants, made};

/// An invitation, and what is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// The row.
    pub(crate) invitation: Invitation,
    /// What is said.
    pub(crate) texts: Texts,
    /// All that it gives, in order.
    pub(crate) grants: Vec<Promise>,
    /// The one whose place it takes.
    pub(crate) replaces: Option<InvitationId>,
    /// How it lets in.
    pub(crate) admission: Admission,
}

impl Shown {
    /// One, with all that it gives.
    pub(in crate::app) fn read(conn: &mut Conn, said: made::Said) -> QueryResult<Self> {
        let grants = grants::all_of(conn, &said.0)?;
        Ok(Self::of(said, grants))
    }

    /// Many, in one question more.
    pub(in crate::app) fn read_all(
        conn: &mut Conn,
        said: Vec<made::Said>,
    ) -> QueryResult<Vec<Self>> {
        let several = said.iter().filter(|(row, ..)| row.gives_several());
        let several: Vec<InvitationId> = several.map(|(row, ..)| row.id).collect();
        let mut further: HashMap<InvitationId, Vec<Promise>> = HashMap::new();
        for (id, promise) in grants::further(conn, &several)? {
            further.entry(id).or_default().push(promise);
        }
        let shown = |said: made::Said| {
            let further = further.remove(&said.0.id).unwrap_or_default();
            let grants = Promise::first(&said.0).into_iter().chain(further).collect();
            Self::of(said, grants)
        };
        Ok(said.into_iter().map(shown).collect())
    }

    fn of((invitation, texts, replaces, admission): made::Said, grants: Vec<Promise>) -> Self {
        Self {
            invitation,
            texts: texts.unwrap_or_default(),
            grants,
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

    /// Whether this is who asks.
    pub(in crate::app) fn is(self, user: UserId) -> bool {
        self.me == user
    }

    /// Whose things alone are seen; `None`: everybody's.
    pub(in crate::app) fn owner(self) -> Option<UserId> {
        (!self.manages).then_some(self.me)
    }

    /// Whether this person's invitations are within it.
    pub(super) fn reaches(self, maker: UserId) -> bool {
        self.manages || self.me == maker
    }

    /// Whether everybody's are.
    pub(super) const fn reaches_all(self) -> bool {
        self.manages
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
    app.db
        .read(move |conn| {
            let found = reach.find(conn, id)?.ok_or(ShowError::NotFound)?;
            Ok(Shown::read(conn, found)?)
        })
        .await
}
