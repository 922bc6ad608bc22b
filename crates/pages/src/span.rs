//! Spans of time, as people say them.

use std::time::Duration;

use crate::language::Language;
use crate::words::fill;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// What a month is taken for, and a year: nobody counts days over such spans.
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 365 * DAY;

/// In the largest unit of which there are two at least: "47 hours", "30 days", "2 years".
pub fn span(language: Language, span: Duration) -> String {
    let words = language.spans();
    let seconds = span.as_secs();
    let units = [
        (words.years, YEAR),
        // Thirty days are what people choose, and no month.
        (words.months, 3 * MONTH),
        (words.days, DAY),
        (words.hours, HOUR),
        (words.minutes, MINUTE),
    ];
    let unit = units.into_iter().find(|(_, unit)| seconds >= 2 * unit);
    let (sentence, count) = match unit {
        Some((sentence, unit)) if unit == 3 * MONTH => (sentence, seconds / MONTH),
        Some((sentence, unit)) => (sentence, seconds / unit),
        None => (words.seconds, seconds.max(2)),
    };
    fill(sentence, &[("count", &count.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_the_largest_unit() {
        let day = |count: u64| Duration::from_hours(24 * count);
        for (time, said) in [
            (day(73_000), "200 years"),
            (day(731), "2 years"),
            (day(729), "24 months"),
            (day(180), "6 months"),
            (day(179), "179 days"),
            (day(30), "30 days"),
            (Duration::from_hours(49), "2 days"),
            (Duration::from_hours(47), "47 hours"),
            (Duration::from_mins(119), "119 minutes"),
            (Duration::from_secs(119), "119 seconds"),
            (Duration::ZERO, "2 seconds"),
        ] {
            assert_eq!(span(Language::English, time), said);
        }
        assert_eq!(span(Language::Portuguese, day(1000)), "2 anos");
    }
}
