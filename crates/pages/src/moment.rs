//! Moments, as people read them.

use latchkey_common::clock::Millis;
use maud::{Markup, html};

/// To the minute, and the whole of it for whoever points at it.
pub fn moment(at: Millis) -> Markup {
    let whole = at.rfc3339();
    let minutes: String = whole.chars().take("2026-01-01T00:00".len()).collect();
    html! {
        time datetime=(whole) title=(whole) { (minutes.replace('T', " ")) " UTC" }
    }
}
