//! Spans of time as people type them: `7d`, `12h`, `1h30m`, `P7D`, or a number of seconds.

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// How long something is good that may have no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// So many seconds.
    Seconds(i64),
    /// No end.
    Never,
}

/// What `--expires-in` means where there may be no end.
pub(crate) fn life(text: &str) -> Result<Life, String> {
    if text == "never" {
        return Ok(Life::Never);
    }
    let seconds = seconds(text)?;
    if seconds > 0 {
        Ok(Life::Seconds(seconds))
    } else {
        Err("it would be over before anybody has it; `never` stands for no end".to_owned())
    }
}

/// What `--expires-in` means, in seconds; below zero it lies in the past. A day has 24 hours.
pub(crate) fn seconds(text: &str) -> Result<i64, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let wanted = || {
        "a span is a number and a unit, such as 90s, 30m, 12h, 7d or 2w, or a number of seconds"
            .to_owned()
    };
    let span: Span = text.parse().map_err(|_error| wanted())?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err("months and years are not all of one length: say it in days".to_owned());
    }
    let length: SignedDuration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_error| wanted())?;
    Ok(length.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_type_them() {
        for (text, expected) in [
            ("60", 60),
            ("-60", -60),
            ("0", 0),
            ("90s", 90),
            ("30m", 1_800),
            ("12h", 43_200),
            ("7d", 604_800),
            ("2w", 1_209_600),
            ("1h30m", 5_400),
            ("1d 12h", 129_600),
            ("7 days", 604_800),
            ("P7D", 604_800),
            ("-1h", -3_600),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for none in [
            "",
            "d",
            "7x",
            "1y",
            "2mo",
            "P1M",
            "seven days",
            "1.5",
            "9223372036854775808d",
        ] {
            assert!(seconds(none).is_err(), "{none}");
        }
    }

    #[test]
    fn what_is_dead_at_birth_has_no_life() {
        assert_eq!(life("7d"), Ok(Life::Seconds(604_800)));
        assert_eq!(life("never"), Ok(Life::Never));
        for none in ["0", "-1", "0s", "-1h", "200ms", ""] {
            assert!(life(none).is_err(), "{none}");
        }
    }
}
