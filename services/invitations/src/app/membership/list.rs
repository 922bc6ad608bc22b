//! Looking at memberships.

use latchkey_common::auth::UserId;
use latchkey_peers::channels::ChannelId;
use latchkey_peers::channels::members::{Member, MemberError, MemberId, MembersOf};

use crate::app::App;
use crate::store::engine::made::Part;

/// Part of those of a channel, for somebody who is in.
pub(crate) async fn list_members(
    app: &App,
    reader: UserId,
    channel: ChannelId,
    part: Part,
) -> Result<Vec<Member>, MemberError> {
    let ask = MembersOf {
        channel,
        reader,
        after: part.after.map(MemberId),
        limit: part.limit,
        is_newest_first: part.is_newest_first,
    };
    app.channels.members(ask).await
}

/// One of them.
pub(crate) async fn show_member(
    app: &App,
    reader: UserId,
    id: MemberId,
) -> Result<Member, MemberError> {
    app.channels.member(id, reader).await
}
