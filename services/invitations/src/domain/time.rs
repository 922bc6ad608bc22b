//! Points in time as text.

use jiff::Timestamp;
use latchkey_common::clock::Millis;

/// RFC 3339, in UTC.
pub fn rfc3339(at: Millis) -> String {
    Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |time| time.to_string())
}
