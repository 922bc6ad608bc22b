//! The channels service, answering other processes.

use std::sync::Arc;

use latchkey_common::db::act_keys::ActKey;
use latchkey_common::rpc::route;
use latchkey_common::server::Mount;

use super::wire::JoinPublic;
use super::{AddMember, ChannelsApi, StandingQuestion};
use crate::wire::Page;

/// Every call that [`super::ChannelsClient`] makes.
pub fn mount(channels: &Arc<dyn ChannelsApi>) -> Mount {
    let channels = Arc::clone(channels);
    Arc::new(move |config| {
        crate::calls!(config, "channels", channels, {
            "add-member" => |api, ask: AddMember| api.add_member(ask).await,
            "decide-member" => |api, key: ActKey| api.decide_member(key).await,
            "join-public" => |api, ask: JoinPublic| {
                api.join_public(ask.channel, ask.user, ask.username).await
            },
            "standings" => |api, questions: Vec<StandingQuestion>| api.standings(questions).await,
            "made-acts" => |api, page: Page<Option<ActKey>>| {
                api.made_acts(page.after, page.limit).await
            },
            "events" => |api, page: Page<i64>| api.events(page.after, page.limit).await,
        });
    })
}
