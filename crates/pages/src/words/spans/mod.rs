//! How long something is, with two or more of a unit.

mod en;
mod pt;

words! {
    /// How long something is, with two or more of a unit.
    Spans as spans;
    /// `{count}` of them.
    seconds,
    /// `{count}` of them.
    minutes,
    /// `{count}` of them.
    hours,
    /// `{count}` of them.
    days,
    /// `{count}` of them.
    months,
    /// `{count}` of them.
    years,
}
