//! Reading the newest messages of several channels.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::db::Conn;
use latchkey_common::fault::Fault;
use latchkey_common::turns::{Claim, Group, Permit, Turns};
use latchkey_common::via_fault;
use latchkey_peers::channels::ChannelId;

use super::App;
use crate::domain::member::Relation;
use crate::domain::message::{Message, Window};
use crate::store::{members, messages};

/// The most entries that one call may load.
const MAX_ENTRIES: usize = 50;

/// The most bytes of messages that one call loads from several channels, in memory: fifty channels of
/// a hundred long messages each would be many times what a process has. One channel always fits.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How many calls may have what they loaded in memory at once, before it is on its way: twice as many
/// as there are threads to read it.
const AT_ONCE: usize = 8;

/// How long a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(3);

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

/// A turn to load, kept until the answer is written.
///
/// # Errors
/// `Unavailable` at once when the wait would be too long, and after a long wait.
pub(crate) async fn turn(app: &App, me: UserId) -> Result<Permit, Fault> {
    let claim = Claim::of("messages", [Group::User(me)]);
    app.loads.take(claim).await
}

/// The turns of a process.
pub(crate) fn turns() -> Turns {
    Turns::new("loading messages", AT_ONCE, PATIENCE)
}

/// Loads every window or nothing; the first bad one decides the refusal. Of two windows of one
/// channel the later one is answered.
pub(crate) async fn load_messages(
    app: &App,
    me: UserId,
    windows: Vec<Window>,
) -> Result<BTreeMap<ChannelId, Loaded>, LoadError> {
    if windows.len() > MAX_ENTRIES {
        return Err(Fault::invalid("At most 50 channels can be loaded at once.").into());
    }
    if let [only] = windows.as_slice() {
        let only = only.clone();
        return app.db.read(move |conn| load_one(conn, me, &only)).await;
    }
    app.db
        .snapshot(move |conn| {
            let channels: Vec<ChannelId> = windows.iter().map(|window| window.channel).collect();
            let mut standings: HashMap<_, _> = members::standings(conn, &channels, &[me])?
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
            let mut loaded = BTreeMap::new();
            let mut bytes = 0;
            // One statement a channel: each has its own place and limit in the index.
            for window in windows.iter().rev() {
                let Some((name, _)) = standings.remove(&window.channel) else {
                    continue;
                };
                let messages = messages::newest(conn, window)?;
                bytes += messages.iter().map(Message::bytes).sum::<usize>();
                if bytes > MAX_BYTES {
                    let said =
                        "These messages are too long to be loaded at once: load fewer channels.";
                    return Err(Fault::invalid(said).into());
                }
                loaded.insert(window.channel, Loaded { name, messages });
            }
            Ok(loaded)
        })
        .await
}

/// What nearly every client asks. Messages that come in between the two statements are as good as
/// those before, so there is nothing to see as of one moment.
fn load_one(
    conn: &mut Conn,
    me: UserId,
    window: &Window,
) -> Result<BTreeMap<ChannelId, Loaded>, LoadError> {
    let name = match members::relation(conn, window.channel, me)? {
        Relation::NoChannel => return Err(LoadError::ChannelNotFound),
        Relation::Stranger => return Err(LoadError::NotMember),
        Relation::Member(membership) => membership.name,
    };
    let messages = messages::newest(conn, window)?;
    Ok(BTreeMap::from([(
        window.channel,
        Loaded { name, messages },
    )]))
}
