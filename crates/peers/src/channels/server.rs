//! The channels service, answering other processes.

use std::sync::Arc;

use latchkey_common::db::act_keys::ActKey;
use latchkey_common::rpc::route;
use latchkey_common::server::InternalRoute;

use super::members::{MembersOf, SetEnd};
use super::own::OwnAsk;
use super::wire::{Ending, Memberships, OneMember};
use super::{AddMember, ChannelsApi, JoinPublic, StandingQuestion};
use crate::wire::Page;

/// Every call that [`super::ChannelsClient`] makes, and who makes it: nobody else is answered.
pub fn routes(channels: &Arc<dyn ChannelsApi>) -> Vec<InternalRoute> {
    crate::calls!("channels", channels, {
        "add-member" ["invitations"] => |api, ask: AddMember| api.add_member(ask).await,
        "decide-member" ["invitations"] => |api, key: ActKey| api.decide_member(key).await,
        "join-public" ["invitations"] => |api, ask: JoinPublic| api.join_public(ask).await,
        "standings" ["invitations"] => |api, questions: Vec<StandingQuestion>| {
            api.standings(questions).await
        },
        "members" ["invitations"] => |api, ask: MembersOf| api.members(ask).await,
        "member" ["invitations"] => |api, ask: OneMember| api.member(ask.member, ask.who).await,
        "set-end" ["invitations"] => |api, ask: SetEnd| api.set_end(ask).await,
        "remove-member" ["invitations"] => |api, ask: OneMember| {
            api.remove_member(ask.member, ask.who).await
        },
        "ending" ["invitations"] => |api, ask: Ending| api.ending(ask.user, ask.within).await,
        "memberships" ["invitations"] => |api, ask: Memberships| {
            api.memberships(ask.user, ask.limit).await
        },
        "own-memberships" ["invitations"] => |api, ask: OwnAsk| api.own_memberships(ask).await,
        "own-messages" ["invitations"] => |api, ask: OwnAsk| api.own_messages(ask).await,
        "made-acts" ["invitations"] => |api, page: Page<Option<ActKey>>| {
            api.made_acts(page.after, page.limit).await
        },
        "events" ["invitations"] => |api, page: Page<i64>| {
            api.events(page.after, page.limit).await
        },
    })
}
