//! English.

use super::Spans;

pub(super) static WORDS: Spans = Spans {
    seconds: "{count} seconds",
    minutes: "{count} minutes",
    hours: "{count} hours",
    days: "{count} days",
    months: "{count} months",
    years: "{count} years",
};
