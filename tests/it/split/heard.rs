//! A stream that is opened again wherever it ends, as clients do, and what came over it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use latchkey_testing::chat::Chat;
use serde_json::Value;

use crate::house::int;

/// How long a client waits before it opens the stream again, and how often it looks whether to stop.
const PAUSE: Duration = Duration::from_millis(100);

/// What somebody heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Ids of messages, in the order of their arrival.
    pub(super) messages: Vec<i64>,
    /// How often the stream was opened again.
    pub(super) resumed: usize,
}

/// Hears until `is_enough` and then until nothing more comes for a while.
pub(super) async fn hear(chat: &Chat, after: Option<String>, is_over: &AtomicBool) -> Heard {
    let mut heard = Heard::default();
    let mut last = after;
    let mut quiet = 0;
    loop {
        let opened = chat.elsewhere().attempt_listen(last.as_deref()).await;
        let Ok(Ok(mut stream)) = opened else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        loop {
            match tokio::time::timeout(PAUSE, stream.next_or_end()).await {
                Ok(Some(event)) => {
                    quiet = 0;
                    if event.name == "channel-message" {
                        let data: Value = serde_json::from_str(&event.data).unwrap();
                        heard.messages.push(int(&data, "messageId"));
                    }
                    last = stream.last_id().map(str::to_owned);
                }
                Ok(None) => break,
                Err(_) => quiet += 1,
            }
            // What was sent last is heard within two seconds, however the bus does.
            if is_over.load(Ordering::SeqCst) && quiet > 25 {
                return heard;
            }
        }
        heard.resumed += 1;
    }
}
