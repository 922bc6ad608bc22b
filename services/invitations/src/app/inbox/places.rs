//! Where things that wait lead: what that is called, and how people stand there.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Standing, StandingQuestion};

use crate::app::App;
use crate::domain::group::GroupId;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::{Direction, Kind};
use crate::domain::namespace::NamespaceId;
use crate::store::group::groups;
use crate::store::namespace::namespaces;

/// The names of targets, and of each invitation into a channel the standing of the one on whose right somebody would
/// come in.
pub(super) struct Places {
    names: HashMap<(Kind, i64), String>,
    standings: HashMap<InvitationId, Standing>,
}

impl Places {
    /// Looks them up for `me`: one batched question to channels, and one to each table here.
    pub(super) async fn find<'a>(
        app: &App,
        me: UserId,
        rows: impl Iterator<Item = &'a Invitation>,
    ) -> Result<Self, Fault> {
        let (mut groups, mut trees) = (Vec::new(), Vec::new());
        let (mut asked, mut questions) = (Vec::new(), Vec::new());
        for row in rows {
            match (row.kind, row.target_id) {
                (Kind::Group, Some(id)) => groups.push(GroupId(id)),
                (Kind::Namespace, Some(id)) => trees.push(NamespaceId(id)),
                (Kind::Channel, Some(id)) => {
                    let issuer = row.issuer_id.filter(|_| row.direction == Direction::Offer);
                    asked.push(row.id);
                    questions.push(StandingQuestion {
                        channel: ChannelId(id),
                        users: vec![issuer.unwrap_or(me)],
                    });
                }
                (
                    Kind::Channel
                    | Kind::Group
                    | Kind::Namespace
                    | Kind::Registration
                    | Kind::Choir,
                    _,
                ) => {}
            }
        }
        let names = app.db.read(move |conn| {
            let groups = groups::names(conn, &groups)?;
            let groups = groups
                .into_iter()
                .map(|(id, name)| ((Kind::Group, id.0), name));
            let trees = namespaces::by_ids(conn, &trees)?.into_iter();
            let trees = trees.map(|one| ((Kind::Namespace, one.id.0), one.path));
            Ok::<_, Fault>(groups.chain(trees).collect())
        });
        let names = names.await?;
        let standings = if questions.is_empty() {
            Vec::new()
        } else {
            app.channels.standings(questions).await?
        };
        let answered = asked.into_iter().zip(standings);
        Ok(Self {
            names,
            standings: answered.filter_map(|(id, one)| Some((id, one?))).collect(),
        })
    }

    /// The present name of where it leads; `None`: that is gone.
    pub(super) fn name(&self, row: &Invitation) -> Option<&str> {
        match (row.kind, row.target_id) {
            (Kind::Channel, _) => self.standing(row).map(|one| one.name.as_str()),
            (kind, Some(id)) => self.names.get(&(kind, id)).map(String::as_str),
            (Kind::Registration | Kind::Group | Kind::Namespace | Kind::Choir, None) => None,
        }
    }

    /// How the one stands in its channel on whose right somebody would come in.
    pub(super) fn standing(&self, row: &Invitation) -> Option<&Standing> {
        self.standings.get(&row.id)
    }
}
