//! Holds units that are said to be a single statement to it, on `PostgreSQL`: a second one would be a
//! transaction of its own. Builds with debug assertions count; in a release build nothing is left.

/// Runs a unit. In debug builds it panics when the unit is single and has run more.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(super) fn check<T>(_is_single: bool, unit: impl FnOnce() -> T) -> T {
    unit()
}

/// Counts a statement that this lane begins.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(super) const fn began() {}

#[cfg(debug_assertions)]
pub(super) use self::counted::{began, check};

#[cfg(debug_assertions)]
mod counted {
    use std::cell::Cell;

    thread_local! {
        /// Statements that this lane has begun on a connection to `PostgreSQL`.
        static BEGUN: Cell<u64> = const { Cell::new(0) };
    }

    pub(in super::super) fn check<T>(is_single: bool, unit: impl FnOnce() -> T) -> T {
        let before = BEGUN.get();
        let outcome = unit();
        let count = BEGUN.get() - before;
        assert!(
            !is_single || count <= 1,
            "a single unit ran {count} statements"
        );
        outcome
    }

    pub(in super::super) fn began() {
        BEGUN.set(BEGUN.get() + 1);
    }
}
