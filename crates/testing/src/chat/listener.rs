//! `GET /api/user/listener`: live events.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use serde_json::Value;

use super::{Answer, Chat, heard};
use crate::sse::{Event, Item, Parser};

/// How long an event may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the head of an answer may take, where what the server needs for it does not answer.
const HEAD: Duration = Duration::from_secs(30);

/// An open stream. Dropping it cuts the connection.
pub struct Listener {
    bytes: BoxStream<'static, Option<Vec<u8>>>,
    parser: Parser,
    waiting: VecDeque<Item>,
    last_id: Option<String>,
    retry: Option<Duration>,
}

impl Chat {
    /// Opens a stream, which must succeed.
    pub async fn listen(&self) -> Listener {
        self.listen_after(None).await
    }

    /// Opens a stream that resumes after an event.
    pub async fn listen_after(&self, last_event_id: Option<&str>) -> Listener {
        match self.try_listen(last_event_id).await {
            Ok(listener) => listener,
            Err(answer) => panic!("{answer}"),
        }
    }

    /// Opens a stream; a refusal is an `Err`. Panics when there is no answer at all.
    pub async fn try_listen(&self, last_event_id: Option<&str>) -> Result<Listener, Box<Answer>> {
        self.attempt_listen(last_event_id).await.expect("an answer")
    }

    /// Opens a stream; a refusal is an `Err` within, no answer at all the `Err` around it.
    pub async fn attempt_listen(
        &self,
        last_event_id: Option<&str>,
    ) -> Result<Result<Listener, Box<Answer>>, reqwest::Error> {
        self.attempt_listen_at("/api/user/listener", last_event_id)
            .await
    }

    /// The same for the stream at `path`.
    pub async fn attempt_listen_at(
        &self,
        path: &str,
        last_event_id: Option<&str>,
    ) -> Result<Result<Listener, Box<Answer>>, reqwest::Error> {
        let mut call = self.get(path).header("accept", "text/event-stream");
        if let Some(id) = last_event_id {
            call = call.header("last-event-id", id);
        }
        let sent = tokio::time::timeout(HEAD, call.request().send());
        let response = sent.await.expect("headers in time")?;
        let mut answer = Answer {
            what: format!("GET {path}"),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: Vec::new(),
        };
        if answer.status != 200 {
            answer.body = response.bytes().await?.to_vec();
            return Ok(Err(Box::new(answer)));
        }
        assert_eq!(answer.content_type(), Some("text/event-stream"), "{answer}");
        let bytes = response
            .bytes_stream()
            .map(|piece| piece.ok().map(|bytes| bytes.to_vec()))
            .boxed();
        Ok(Ok(Listener {
            bytes,
            parser: Parser::default(),
            waiting: VecDeque::new(),
            last_id: last_event_id.map(str::to_owned),
            retry: None,
        }))
    }
}

impl Listener {
    /// The next event. Fails when none comes in time or the stream ends.
    pub async fn next(&mut self) -> Event {
        loop {
            match self.item(PATIENCE).await {
                Some(Item::Event(event)) => return event,
                Some(_) => {}
                None => panic!("the stream has ended"),
            }
        }
    }

    /// The data of the next event, which must have this name.
    pub async fn expect(&mut self, name: &str) -> Value {
        let event = self.next().await;
        assert_eq!(event.name, name, "{event:?}");
        serde_json::from_str(&event.data).unwrap_or_else(|error| panic!("{error}: {event:?}"))
    }

    /// The next event, or `None` when the stream has ended. Fails when neither comes in time.
    pub async fn next_or_end(&mut self) -> Option<Event> {
        loop {
            if let Item::Event(event) = self.item(PATIENCE).await? {
                return Some(event);
            }
        }
    }

    /// Waits for a comment; events before it are dropped.
    pub async fn heartbeat(&mut self, within: Duration) {
        loop {
            match self.item(within).await {
                Some(Item::Comment(_)) => return,
                Some(_) => {}
                None => panic!("the stream has ended"),
            }
        }
    }

    /// Waits for an id that comes without an event; events before it are dropped.
    pub async fn position(&mut self, within: Duration) -> String {
        loop {
            match self.item(within).await {
                Some(Item::Position(id)) => return id,
                Some(_) => {}
                None => panic!("the stream has ended"),
            }
        }
    }

    /// Waits for the end, however long it takes; events before it are dropped.
    pub async fn ended(&mut self) {
        while self.item(Duration::MAX).await.is_some() {}
    }

    /// Waits for the end; events before it are dropped.
    pub async fn end(&mut self, within: Duration) {
        let drain = async { while self.item(within).await.is_some() {} };
        tokio::time::timeout(within, drain)
            .await
            .unwrap_or_else(|_| panic!("the stream has not ended within {within:?}"));
    }

    /// The id to come back with: of the last event that was taken, or one that came without.
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// How long to wait before coming back, as far as the stream has said.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// The next item; `None` is the end, cut or not.
    async fn item(&mut self, within: Duration) -> Option<Item> {
        let next = async {
            loop {
                if let Some(item) = self.waiting.pop_front() {
                    return Some(item);
                }
                let piece = self.bytes.next().await??;
                self.waiting.extend(self.parser.push(&piece));
            }
        };
        let item = tokio::time::timeout(within, next)
            .await
            .unwrap_or_else(|_| panic!("nothing came within {within:?}"));
        match &item {
            Some(Item::Event(event)) => {
                heard(event);
                if let Some(id) = &event.id {
                    self.last_id = Some(id.clone());
                }
            }
            Some(Item::Position(id)) => self.last_id = Some(id.clone()),
            Some(Item::Retry(wait)) => self.retry = Some(*wait),
            Some(Item::Comment(_)) | None => {}
        }
        item
    }
}
