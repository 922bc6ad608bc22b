//! Looking at memberships.

use latchkey_common::auth::UserId;
use latchkey_peers::channels::ChannelId;
use latchkey_peers::channels::members::{
    Member as ChannelMember, MemberError, MemberId, MembersOf,
};
use latchkey_peers::users::People;

use super::here;
use crate::app::App;
use crate::domain::group::GroupId;
use crate::domain::membership::{Member, MemberKey};
use crate::domain::namespace::NamespaceId;
use crate::store::engine::made::Part;

/// In what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A channel, for whoever is in.
    Channel(ChannelId),
    /// A group, for everybody with an account.
    Group(GroupId),
    /// The tree that a namespace lies in, for whoever owns it.
    Tree(NamespaceId),
}

/// A membership with its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberView {
    /// It.
    pub(crate) member: Member,
    /// The present name of whoever is in, as far as the account exists.
    pub(crate) username: Option<String>,
}

impl From<ChannelMember> for MemberView {
    fn from(member: ChannelMember) -> Self {
        Self {
            member: Member::from(&member),
            username: Some(member.username),
        }
    }
}

/// Part of those who are in something.
pub(crate) async fn list_members(
    app: &App,
    reader: UserId,
    place: Place,
    part: Part,
) -> Result<Vec<MemberView>, MemberError> {
    let members = match place {
        Place::Channel(channel) => {
            let ask = MembersOf {
                channel,
                reader,
                after: part.after.map(MemberId),
                limit: part.limit,
                is_newest_first: part.is_newest_first,
            };
            let members = app.channels.members(ask).await?;
            return Ok(members.into_iter().map(MemberView::from).collect());
        }
        Place::Group(group) => here::list_group(app, group, part).await?,
        Place::Tree(id) => here::list_tree(app, reader, id, part).await?,
    };
    with_people(app, members).await
}

/// One of them.
pub(crate) async fn show_member(
    app: &App,
    reader: UserId,
    key: MemberKey,
) -> Result<MemberView, MemberError> {
    if let MemberKey::Channel(id) = key {
        return Ok(app.channels.member(id, reader).await?.into());
    }
    let member = here::show(app, reader, key).await?;
    with_person(app, member).await
}

/// One, with its person.
pub(super) async fn with_person(app: &App, member: Member) -> Result<MemberView, MemberError> {
    let found = with_people(app, vec![member]).await?.pop();
    found.ok_or(MemberError::NotFound)
}

async fn with_people(app: &App, members: Vec<Member>) -> Result<Vec<MemberView>, MemberError> {
    let people = People::find(&app.users, members.iter().map(|one| one.user)).await?;
    let view = |member: Member| MemberView {
        username: people.get(member.user).map(|one| one.username.clone()),
        member,
    };
    Ok(members.into_iter().map(view).collect())
}
