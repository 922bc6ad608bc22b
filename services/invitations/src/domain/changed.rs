//! What becomes of a value that may be absent.

/// A part of an edit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Changed<T> {
    /// It stays as it is.
    #[default]
    Kept,
    /// It goes.
    Cleared,
    /// This takes its place.
    To(T),
}

impl<T> Changed<T> {
    /// The value afterwards.
    pub(crate) fn of(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Kept => before,
            Self::Cleared => None,
            Self::To(new) => Some(new),
        }
    }
}
