//! Reading the newest messages of several channels.

use std::collections::{BTreeMap, HashMap};

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::ChannelId;

use super::App;
use crate::domain::member::Relation;
use crate::domain::message::{Message, Window};
use crate::store::{members, messages};

/// The most entries that one call may load.
const MAX_ENTRIES: usize = 50;

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("one of the channels is not there")]
    ChannelNotFound,
    #[error("not a member of one of the channels")]
    NotMember,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(LoadError);

/// What was loaded from one channel.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) name: String,
    /// Newest first.
    pub(crate) messages: Vec<Message>,
}

/// Messages of several channels.
#[derive(Debug)]
pub(crate) struct LoadedAll {
    pub(crate) channels: BTreeMap<ChannelId, Loaded>,
    /// True when the answer had no room for all that was asked for.
    pub(crate) is_cut: bool,
}

/// Loads every window or nothing; the first bad one decides the refusal. Of two windows of one
/// channel the later one is answered. All of them share what one list may hold: each has the newest
/// of its messages, as many as its share allows, and what one leaves of its share is the others'.
pub(crate) async fn load_messages(
    app: &App,
    me: UserId,
    windows: Vec<Window>,
) -> Result<LoadedAll, LoadError> {
    if windows.len() > MAX_ENTRIES {
        return Err(Fault::invalid("At most 50 channels can be loaded at once.").into());
    }
    let room = Room {
        rows: app.list_ceiling,
        bytes: app.list_bytes,
        is_cut: false,
    };
    let now = app.db.now();
    if let [only] = windows.as_slice() {
        let only = only.clone();
        return app
            .db
            .read(move |conn| load_one(conn, (me, now), &only, room))
            .await;
    }
    app.db
        .snapshot(move |conn| {
            let channels: Vec<ChannelId> = windows.iter().map(|window| window.channel).collect();
            let mut standings: HashMap<_, _> = members::standings(conn, &channels, &[me], now)?
                .into_iter()
                .map(|(channel, name, _, mine)| (channel, (name, mine.is_some())))
                .collect();
            for channel in channels {
                match standings.get(&channel) {
                    None => return Err(LoadError::ChannelNotFound),
                    Some((_, false)) => return Err(LoadError::NotMember),
                    Some((_, true)) => {}
                }
            }
            let mut room = room;
            let mut loaded = BTreeMap::new();
            // One statement a channel: each has its own place and limit in the index.
            for window in windows.iter().rev() {
                let sharers = standings.len();
                let Some((name, _)) = standings.remove(&window.channel) else {
                    continue;
                };
                let messages = room.load(conn, window, sharers)?;
                loaded.insert(window.channel, Loaded { name, messages });
            }
            Ok(room.filled_with(loaded))
        })
        .await
}

/// What nearly every client asks. Messages that come in between the two statements are as good as
/// those before, so there is nothing to see as of one moment.
fn load_one(
    conn: &mut Conn,
    (me, now): (UserId, SqlNow),
    window: &Window,
    mut room: Room,
) -> Result<LoadedAll, LoadError> {
    let name = match members::relation(conn, window.channel, me, now)? {
        Relation::NoChannel => return Err(LoadError::ChannelNotFound),
        Relation::Stranger => return Err(LoadError::NotMember),
        Relation::Member(membership) => membership.name,
    };
    let messages = room.load(conn, window, 1)?;
    let loaded = Loaded { name, messages };
    Ok(room.filled_with(BTreeMap::from([(window.channel, loaded)])))
}

/// What an answer has room for.
struct Room {
    rows: i64,
    bytes: usize,
    /// Something had none.
    is_cut: bool,
}

impl Room {
    /// The newest messages of a window, as many as fit into one of so many equal shares; one always does.
    fn load(
        &mut self,
        conn: &mut Conn,
        window: &Window,
        sharers: usize,
    ) -> QueryResult<Vec<Message>> {
        let sharers = sharers.max(1);
        let rows = self.rows / i64::try_from(sharers).unwrap_or(i64::MAX);
        let bytes = self.bytes / sharers;
        let limit = window.limit.min(rows.max(1));
        let is_short = limit < window.limit;
        let asked = Window {
            limit: limit + i64::from(is_short),
            ..window.clone()
        };
        let mut messages = messages::newest(conn, &asked)?;
        let mut taken = 0;
        let mut fitting = 0;
        for message in &messages {
            let more = taken + message.written();
            if fitting >= limit || (more > bytes && fitting > 0) {
                self.is_cut = true;
                break;
            }
            (taken, fitting) = (more, fitting + 1);
        }
        messages.truncate(usize::try_from(fitting).unwrap_or(usize::MAX));
        self.rows -= fitting;
        self.bytes = self.bytes.saturating_sub(taken);
        Ok(messages)
    }

    const fn filled_with(self, channels: BTreeMap<ChannelId, Loaded>) -> LoadedAll {
        LoadedAll {
            channels,
            is_cut: self.is_cut,
        }
    }
}
