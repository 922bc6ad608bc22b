//! The number of a channel, which [`crate::events`] name too.

use latchkey_common::id_type;

id_type! {
    /// A channel.
    ChannelId
}
