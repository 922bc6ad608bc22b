//! What the maker of an invitation says about it.

use diesel::Queryable;
use latchkey_peers::channels::ChannelId;

/// To the guest, and to themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable)]
pub(crate) struct Texts {
    /// The guest sees it.
    pub(crate) message: Option<String>,
    /// What it is called in the maker's list.
    pub(crate) label: Option<String>,
    /// For the maker, and whoever manages invitations.
    pub(crate) note: Option<String>,
    /// Its name in another system.
    pub(crate) reference: Option<String>,
    /// Why it was taken back.
    pub(crate) revoked_because: Option<String>,
    /// Where whoever came in arrives.
    pub(crate) landing_channel: Option<ChannelId>,
    /// What they read there once.
    pub(crate) welcome: Option<String>,
}
