//! Server-sent events, read from a stream of bytes that may be cut anywhere.

use std::time::Duration;

/// One thing that a stream said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An event with data.
    Event(Event),
    /// A comment: a heartbeat.
    Comment(String),
    /// `id:` without data: no event, but the id to come back with.
    Position(String),
    /// `retry:`: how long to wait before coming back.
    Retry(Duration),
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// `event:`; `message` where it was left out.
    pub name: String,
    /// `id:`, as it stands.
    pub id: Option<String>,
    /// The lines of `data:`, joined by newlines.
    pub data: String,
}

/// Takes bytes in, gives items out.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    after_cr: bool,
    event: Event,
    has_data: bool,
}

impl Parser {
    /// What these bytes completed.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        for &byte in bytes {
            let skip = self.after_cr && byte == b'\n';
            self.after_cr = byte == b'\r';
            if skip {
                continue;
            }
            if byte == b'\n' || byte == b'\r' {
                let line = std::mem::take(&mut self.line);
                let line = String::from_utf8(line).expect("an event stream is UTF-8");
                items.extend(self.line(&line));
            } else {
                self.line.push(byte);
            }
        }
        items
    }

    fn line(&mut self, line: &str) -> Option<Item> {
        if line.is_empty() {
            let mut event = std::mem::take(&mut self.event);
            if !std::mem::take(&mut self.has_data) {
                return event.id.map(Item::Position);
            }
            if event.name.is_empty() {
                "message".clone_into(&mut event.name);
            }
            return Some(Item::Event(event));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => return Some(Item::Comment(value.to_owned())),
            "event" => value.clone_into(&mut self.event.name),
            "id" => self.event.id = Some(value.to_owned()),
            "retry" => {
                let wait = value.parse().ok()?;
                return Some(Item::Retry(Duration::from_millis(wait)));
            }
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, id: Option<&str>, data: &str) -> Item {
        Item::Event(Event {
            name: name.to_owned(),
            id: id.map(str::to_owned),
            data: data.to_owned(),
        })
    }

    #[test]
    fn the_cut_does_not_matter() {
        let text =
            ": hello\n\nid: 7\nevent: note\ndata: a\u{e9}\ndata:b\n\nretry: 5\r\ndata\r\n\r\n";
        let expected = vec![
            Item::Comment("hello".to_owned()),
            event("note", Some("7"), "a\u{e9}\nb"),
            Item::Retry(Duration::from_millis(5)),
            event("message", None, ""),
        ];
        for size in 1..text.len() {
            let mut parser = Parser::default();
            let items: Vec<Item> = text
                .as_bytes()
                .chunks(size)
                .flat_map(|chunk| parser.push(chunk))
                .collect();
            assert_eq!(items, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn an_unfinished_event_is_not_given_out() {
        let mut parser = Parser::default();
        assert_eq!(parser.push(b"data: 1\n"), []);
        assert_eq!(parser.push(b"\n"), [event("message", None, "1")]);
        assert_eq!(parser.push(b"id: 9\n\n"), [Item::Position("9".to_owned())]);
    }
}
