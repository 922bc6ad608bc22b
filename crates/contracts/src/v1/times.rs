//! Times as RFC 3339 in UTC with milliseconds, spans as ISO 8601.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use latchkey_common::clock::Millis;

/// The longest span: ten years. Nothing here is made for longer, and sums stay within the calendar.
pub const LONGEST_SPAN: Duration = Duration::from_hours(24 * 3_653);

/// A time with an offset, `2026-11-28T18:15:00.000Z`. A part of a millisecond is cut off.
pub fn time(text: &str) -> Option<Millis> {
    // jiff takes more than the RFC: names of zones, and a blank for the T.
    let bytes = text.as_bytes();
    let is_rfc = text.is_ascii()
        && bytes
            .get(10)
            .is_some_and(|sign| matches!(sign, b'T' | b't'));
    let time: Timestamp = text
        .parse()
        .ok()
        .filter(|_| is_rfc && !text.contains('['))?;
    Some(Millis(time.as_millisecond()))
}

/// A span such as `P7D` or `PT1H30M`, longer than nothing and of a length that no calendar decides: no years
/// and no months. A day has 24 hours.
pub fn span(text: &str) -> Option<Duration> {
    // jiff takes spans in words too.
    let span: Span = text.strip_prefix('P').and_then(|_| text.parse().ok())?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let length: SignedDuration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    let length = Duration::try_from(length).ok()?;
    (Duration::ZERO < length && length <= LONGEST_SPAN).then_some(length)
}

/// A span as [`span`] reads it; one of whole days is told in days.
pub fn span_text(span: Duration) -> String {
    const DAY: Duration = Duration::from_hours(24);
    if span.subsec_nanos() == 0 && span.as_secs().is_multiple_of(DAY.as_secs()) {
        return format!("P{}D", span.as_secs() / DAY.as_secs());
    }
    SignedDuration::try_from(span).map_or_else(|_| String::new(), |span| span.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        let at = Some(Millis(1_500));
        for good in [
            "1970-01-01T00:00:01.5Z",
            "1970-01-01T00:00:01.500Z",
            "1970-01-01t01:00:01.5+01:00",
        ] {
            assert_eq!(time(good), at, "{good}");
        }
        for bad in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:01.5",
            "1970-01-01 00:00:01.5Z",
            "1970-01-01T00:00:01.5+01:00[Europe/Berlin]",
            "1970-13-01T00:00:01Z",
            "1500",
        ] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    #[test]
    fn spans_are_told_as_they_are_read() {
        for (told, text) in [
            ("P7D", "P1W"),
            ("PT1H", "PT60M"),
            ("P1D", "PT24H"),
            ("PT36H0.5S", "P1DT12H0.5S"),
        ] {
            let length = span(text).unwrap();
            let shown = span_text(length);
            assert_eq!(span(&shown), Some(length), "{shown}");
            if !told.contains('.') {
                assert_eq!(shown, told);
            }
        }
    }

    #[test]
    fn spans_are_read() {
        for (text, seconds) in [
            ("PT1H", 3_600),
            ("P7D", 604_800),
            ("P1W", 604_800),
            ("P1DT1S", 86_401),
        ] {
            assert_eq!(span(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for bad in [
            "", "P", "7 days", "P1Y", "P1M", "-P1D", "PT0S", "P3654D", "p7d7", "PT1H ",
        ] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }
}
