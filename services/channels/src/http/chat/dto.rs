//! Bodies and queries of the chat contract. Ids may come as texts of digits.

use latchkey_common::auth::{Caller, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_common::wire::lenient;
use latchkey_contracts::chat::UserChannel;
use latchkey_peers::channels::{ChannelId, ChannelType, Permissions};
use serde::{Deserialize, Serialize, Serializer};

use crate::app::load_messages::Loaded;
use crate::domain::channel::Hit;
use crate::domain::member::Member;
use crate::domain::message::{Content, Message, MessageId, MessageType, Said};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create {
    pub(super) channel_name: String,
    pub(super) channel_type: ChannelType,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rename {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Leave {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub(super) new_owner: Option<UserId>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remove {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    #[serde(deserialize_with = "lenient::ids")]
    pub(super) to_remove: Vec<UserId>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Send {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    #[serde(rename = "type")]
    message_type: MessageType,
    content: String,
}

impl Send {
    pub(super) fn said_by(self, author: Caller) -> Result<Said, Fault> {
        if self.message_type != MessageType::Text {
            return Err(Fault::invalid(
                "Only messages of the type text can be sent.",
            ));
        }
        let content = Content::parse(self.content).ok_or_else(|| {
            Fault::invalid("The content must have 1 to 4,000 characters, none of them NUL.")
        })?;
        Ok(Said {
            user: author.user,
            username: author.username,
            kind: self.message_type,
            content: Some(content.into_text()),
        })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Load {
    pub(super) load: Vec<LoadOne>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadOne {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub(super) last_message: Option<MessageId>,
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub(super) limit: Option<i64>,
    pub(super) filter: Option<Vec<MessageType>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfChannel {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembersOf {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    #[serde(flatten)]
    pub(super) page: Page,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    pub(super) keyword: String,
    #[serde(flatten)]
    pub(super) page: Page,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MarkRead {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) channel_id: ChannelId,
    #[serde(deserialize_with = "lenient::id")]
    pub(super) message_id: MessageId,
}

#[derive(Debug, Serialize)]
pub(super) struct Channels {
    pub(super) channels: Vec<UserChannel>,
}

#[derive(Debug, Serialize)]
pub(super) struct Users {
    pub(super) users: Vec<MemberShape>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberShape {
    user_id: UserId,
    username: String,
    user_perms: Permissions,
    joined_at: i64,
}

impl From<Member> for MemberShape {
    fn from(member: Member) -> Self {
        Self {
            user_id: member.user,
            username: member.username,
            user_perms: member.permissions,
            joined_at: member.joined_at.seconds(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Hits {
    pub(super) results: Vec<HitShape>,
}

#[derive(Debug, Serialize)]
pub(super) struct HitShape {
    #[serde(rename = "channelId")]
    id: ChannelId,
    #[serde(rename = "channelName")]
    name: String,
    #[serde(rename = "channelType")]
    kind: ChannelType,
}

impl From<Hit> for HitShape {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.id,
            name: hit.name,
            kind: hit.channel_type,
        }
    }
}

/// An object whose members are named by the channels' ids.
#[derive(Debug, Serialize)]
pub(super) struct Results {
    #[serde(serialize_with = "by_id")]
    pub(super) results: Vec<LoadedShape>,
}

fn by_id<S: Serializer>(results: &[LoadedShape], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(results.iter().map(|one| (one.id, one)))
}

#[derive(Debug, Serialize)]
pub(super) struct LoadedShape {
    #[serde(rename = "channelId")]
    id: ChannelId,
    #[serde(rename = "channelName")]
    name: String,
    #[serde(rename = "channelMessages")]
    messages: Vec<MessageShape>,
}

impl From<(ChannelId, Loaded)> for LoadedShape {
    fn from((id, loaded): (ChannelId, Loaded)) -> Self {
        Self {
            id,
            name: loaded.name,
            messages: loaded.messages.into_iter().map(Into::into).collect(),
        }
    }
}

/// A message, in answers and in events. Time in whole seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageShape {
    message_id: MessageId,
    user_id: UserId,
    username: String,
    #[serde(rename = "type")]
    message_type: MessageType,
    content: Option<String>,
    timestamp: i64,
}

impl From<Message> for MessageShape {
    fn from(message: Message) -> Self {
        let Said {
            user,
            username,
            kind,
            content,
        } = message.said;
        Self {
            message_id: message.id,
            user_id: user,
            username,
            message_type: kind,
            content,
            timestamp: message.created_at.seconds(),
        }
    }
}
