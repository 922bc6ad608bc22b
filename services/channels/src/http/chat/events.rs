//! Live events in the words of the chat contract.

use latchkey_contracts::chat::UserChannel;
use latchkey_peers::channels::ChannelId;
use serde::Serialize;

use super::dto::MessageShape;
use crate::domain::event::{Event, Fact};
use crate::live::{Renderer, Told};

/// How this contract tells of events.
pub(super) const CHAT: Renderer = Renderer {
    contract: "chat",
    render: told,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    channel_id: ChannelId,
    channel_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bare {
    channel_id: ChannelId,
}

#[derive(Serialize)]
struct Sent<'a> {
    #[serde(flatten)]
    message: MessageShape,
    #[serde(flatten)]
    channel: Named<'a>,
}

fn told(event: &Event) -> Option<Told> {
    let channel_id = event.channel;
    let (name, data) = match &event.fact {
        Fact::Message { channel_name, .. } => {
            let sent = Sent {
                message: event.message.clone()?.into(),
                channel: Named {
                    channel_id,
                    channel_name,
                },
            };
            ("channel-message", json(&sent))
        }
        Fact::Rename { channel_name } => {
            let renamed = Named {
                channel_id,
                channel_name,
            };
            ("channel-rename", json(&renamed))
        }
        Fact::Join(membership) => ("channel-join", json(&UserChannel::from(membership.clone()))),
        Fact::Leave => ("channel-leave", json(&Bare { channel_id })),
        Fact::Remove => ("channel-remove", json(&Bare { channel_id })),
        Fact::Closed => return None,
    };
    Some(Told { name, data })
}

/// Plain structs of numbers and texts: writing them cannot fail. A line break within a text is escaped.
fn json(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use latchkey_common::auth::UserId;
    use latchkey_common::clock::Millis;
    use latchkey_peers::channels::{ChannelType, Membership, Permissions};

    use super::*;
    use crate::domain::message::{Message, MessageId, MessageType, Said};

    fn tell(fact: Fact, message: Option<Message>) -> Option<(&'static str, String)> {
        let event = Event {
            id: 3,
            position: 5,
            channel: ChannelId(7),
            recipient: None,
            user: UserId(2),
            fact,
            message,
        };
        told(&event).map(|told| (told.name, told.data))
    }

    #[test]
    fn facts_get_the_contracts_shapes() {
        let sent = || Fact::Message {
            message: MessageId(21),
            channel_name: r#"Ne"ws"#.to_owned(),
        };
        let message = Message {
            id: MessageId(21),
            said: Said {
                user: UserId(1),
                username: "startuser".to_owned(),
                kind: MessageType::Text,
                content: Some("two\nlines".to_owned()),
            },
            created_at: Millis(1_732_470_877_123),
        };
        let membership = Membership {
            channel: ChannelId(7),
            name: "News".to_owned(),
            channel_type: ChannelType::Public,
            permissions: Permissions::PUBLIC_JOIN,
            owner: UserId(1),
            last_message: 15,
            last_read: 0,
            joined_at: Millis(1_732_466_190_000),
        };
        let renamed = Fact::Rename {
            channel_name: "News".to_owned(),
        };
        for (fact, message, expected) in [
            (
                sent(),
                Some(message),
                Some((
                    "channel-message",
                    r#"{"messageId":21,"userId":1,"username":"startuser","type":"text","content":"two\nlines","timestamp":1732470877,"channelId":7,"channelName":"Ne\"ws"}"#,
                )),
            ),
            // A message that is there no more is told to nobody.
            (sent(), None, None),
            (
                renamed,
                None,
                Some(("channel-rename", r#"{"channelId":7,"channelName":"News"}"#)),
            ),
            (
                Fact::Join(membership),
                None,
                Some((
                    "channel-join",
                    r#"{"channelId":7,"channelName":"News","channelType":"public","channelPerms":["read","write","invite"],"channelOwner":1,"lastMessage":15,"lastRead":0,"joinedAt":1732466190}"#,
                )),
            ),
            (
                Fact::Leave,
                None,
                Some(("channel-leave", r#"{"channelId":7}"#)),
            ),
            (
                Fact::Remove,
                None,
                Some(("channel-remove", r#"{"channelId":7}"#)),
            ),
            (Fact::Closed, None, None),
        ] {
            let expected = expected.map(|(name, data)| (name, data.to_owned()));
            assert_eq!(tell(fact, message), expected);
        }
    }
}
