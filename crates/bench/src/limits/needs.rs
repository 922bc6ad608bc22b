//! What an operation cannot do without, whoever does it.

use std::fmt;

/// So many of each limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) answers: u32,
    pub(crate) inserts: u32,
    pub(crate) selects: u32,
    pub(crate) lookups: u32,
}

impl Needs {
    /// As many answers as there are requests.
    pub(crate) const fn answers(answers: u32) -> Self {
        Self {
            answers,
            inserts: 0,
            selects: 0,
            lookups: 0,
        }
    }

    /// Rows that must be durable, one after the other.
    pub(crate) const fn inserts(self, inserts: u32) -> Self {
        Self { inserts, ..self }
    }

    /// Lists of rows.
    pub(crate) const fn selects(self, selects: u32) -> Self {
        Self { selects, ..self }
    }

    /// Single rows.
    pub(crate) const fn lookups(self, lookups: u32) -> Self {
        Self { lookups, ..self }
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.answers, "answer"),
            (self.inserts, "insert"),
            (self.selects, "select"),
            (self.lookups, "lookup"),
        ];
        let mut gap = "";
        for (count, name) in all.into_iter().filter(|(count, _)| *count > 0) {
            match count {
                1 => write!(out, "{gap}{name}")?,
                more => write!(out, "{gap}{more} {name}s")?,
            }
            gap = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Needs;

    #[test]
    fn needs_are_told() {
        let needs = Needs::answers(2).inserts(4).lookups(1);
        assert_eq!(needs.to_string(), "2 answers, 4 inserts, lookup");
    }
}
