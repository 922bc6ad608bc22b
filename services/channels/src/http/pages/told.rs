//! Live events as pieces of pages.

use latchkey_pages::Language;
use latchkey_pages::words::channels::Channels;
use maud::{Markup, html};

use super::message::message;
use crate::domain::event::{Event, Fact};
use crate::live::{Renderer, Told};

/// How pages tell of events in this language.
pub(super) fn renderer(language: Language) -> Renderer {
    match language {
        Language::English => Renderer {
            contract: "pages in English",
            render: |event| told(Language::English.channels(), event),
        },
        Language::Portuguese => Renderer {
            contract: "pages in Portuguese",
            render: |event| told(Language::Portuguese.channels(), event),
        },
    }
}

/// What a page shows of an event. Who came into a channel opens its page.
fn told(words: &Channels, event: &Event) -> Option<Told> {
    let (name, piece) = match &event.fact {
        Fact::Message { .. } => ("message", message(words, event.message.as_ref()?)),
        Fact::Rename { channel_name } => ("rename", html! { (channel_name) }),
        Fact::Leave | Fact::Remove => ("gone", html! {}),
        Fact::Join(_) | Fact::Closed => return None,
    };
    let piece = html! { div data-channel=(event.channel) { (piece) } };
    Some(Told {
        name,
        data: one_line(piece),
    })
}

/// The same piece without line ends, which would end what a stream says: they are written as signs of the page.
fn one_line(piece: Markup) -> String {
    let text = piece.into_string();
    text.replace('\r', "&#13;").replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use latchkey_common::auth::UserId;
    use latchkey_common::clock::Millis;
    use latchkey_peers::channels::ChannelId;

    use super::*;
    use crate::domain::message::{Message, MessageId, MessageType, Said};

    fn tell(
        language: Language,
        fact: Fact,
        message: Option<Message>,
    ) -> Option<(&'static str, String)> {
        let event = Event {
            id: 3,
            position: 5,
            channel: ChannelId(7),
            recipient: None,
            user: UserId(2),
            fact,
            message,
        };
        let told = (renderer(language).render)(&event);
        told.map(|told| (told.name, told.data))
    }

    fn said(kind: MessageType, content: &str) -> Message {
        Message {
            id: MessageId(21),
            said: Said {
                user: UserId(1),
                username: "<Anna>".to_owned(),
                kind,
                content: Some(content.to_owned()),
            },
            created_at: Millis(1_732_470_877_123),
        }
    }

    fn sent() -> Fact {
        Fact::Message {
            message: MessageId(21),
            channel_name: "News".to_owned(),
        }
    }

    #[test]
    fn a_message_is_one_line_and_text() {
        let text = Some(said(MessageType::Text, "<b>\r\ntwo\n</b>"));
        let (name, data) = tell(Language::English, sent(), text.clone()).unwrap();
        assert_eq!(name, "message");
        assert!(!data.contains(['\n', '\r']), "{data}");
        for piece in [
            "<div data-channel=\"7\"><article class=\"message\" id=\"m21\" data-id=\"21\" data-by=\"1\">",
            "&lt;Anna&gt;",
            "&lt;b&gt;&#13;&#10;two&#10;&lt;/b&gt;",
            "<time datetime=\"2024-11-24T17:54:37.123Z\"",
        ] {
            assert!(data.contains(piece), "{piece}: {data}");
        }
        // What people said is the same in every language.
        assert_eq!(tell(Language::Portuguese, sent(), text), Some((name, data)));
        assert_eq!(tell(Language::English, sent(), None), None);
    }

    #[test]
    fn what_happened_is_told_in_the_readers_language() {
        let renamed = || Some(said(MessageType::ChannelRename, "Newer"));
        let (_, data) = tell(Language::Portuguese, sent(), renamed()).unwrap();
        assert!(data.contains("chamou “Newer” a este canal."), "{data}");
        let (_, data) = tell(Language::English, sent(), renamed()).unwrap();
        assert!(data.contains("named this channel “Newer”."), "{data}");
        let fact = Fact::Rename {
            channel_name: "a<b".to_owned(),
        };
        let piece = "<div data-channel=\"7\">a&lt;b</div>".to_owned();
        assert_eq!(tell(Language::English, fact, None), Some(("rename", piece)));
        let piece = "<div data-channel=\"7\"></div>".to_owned();
        assert_eq!(
            tell(Language::English, Fact::Remove, None),
            Some(("gone", piece))
        );
        assert_eq!(tell(Language::English, Fact::Closed, None), None);
    }
}
