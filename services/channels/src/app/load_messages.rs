//! Reading the newest messages of several channels.

use std::collections::{BTreeMap, HashMap};

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::ChannelId;

use super::App;
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
            // One statement a channel: each has its own place and limit in the index.
            for window in windows.iter().rev() {
                let Some((name, _)) = standings.remove(&window.channel) else {
                    continue;
                };
                let messages = messages::newest(conn, window)?;
                loaded.insert(window.channel, Loaded { name, messages });
            }
            Ok(loaded)
        })
        .await
}
