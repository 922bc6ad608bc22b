//! Columns on their way: their types on both databases, their values, and what is summed up of them.

use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;

/// Rows that are sent at once: the longest message has some 16 kB.
pub(super) const ROWS: usize = 1000;

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Long,
    Text,
    Bytes,
    Bool,
}

impl Kind {
    pub(super) fn of(word: &str) -> Result<Self, Fault> {
        match word {
            "bigint" => Ok(Self::Long),
            "text" => Ok(Self::Text),
            "bytea" => Ok(Self::Bytes),
            "boolean" => Ok(Self::Bool),
            other => Err(Fault::internal(format!(
                "no column of type {other} is known"
            ))),
        }
    }

    pub(super) const fn array(self) -> &'static str {
        match self {
            Self::Long => "bigint[]",
            Self::Text => "text[]",
            Self::Bytes => "bytea[]",
            Self::Bool => "boolean[]",
        }
    }

    /// What is summed up of a column on `PostgreSQL`, beside how many values there are.
    pub(super) fn sum(self, column: &str) -> String {
        let of_digest = |bytes: &str| {
            format!("sum(('x' || encode(substr(sha256({bytes}), 1, 4), 'hex'))::bit(32)::bigint)")
        };
        match self {
            Self::Long => format!("sum(\"{column}\"::numeric)"),
            Self::Bool => format!("sum(\"{column}\"::int)"),
            Self::Bytes => of_digest(&format!("\"{column}\"")),
            Self::Text => of_digest(&format!("convert_to(\"{column}\", 'UTF8')")),
        }
    }
}

/// Values of one column, for one statement.
pub(super) enum Values {
    Long(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Bool(Vec<Option<bool>>),
}

impl Values {
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Long => Self::Long(Vec::with_capacity(ROWS)),
            Kind::Text => Self::Text(Vec::with_capacity(ROWS)),
            Kind::Bytes => Self::Bytes(Vec::with_capacity(ROWS)),
            Kind::Bool => Self::Bool(Vec::with_capacity(ROWS)),
        }
    }

    pub(super) fn push(&mut self, value: ValueRef<'_>) -> Result<(), Fault> {
        let odd = |error: rusqlite::types::FromSqlError| Fault::unavailable("database file", error);
        match self {
            Self::Long(all) => all.push(value.as_i64_or_null().map_err(odd)?),
            Self::Text(all) => all.push(value.as_str_or_null().map_err(odd)?.map(str::to_owned)),
            Self::Bytes(all) => {
                all.push(value.as_bytes_or_null().map_err(odd)?.map(<[u8]>::to_vec));
            }
            Self::Bool(all) => all.push(value.as_i64_or_null().map_err(odd)?.map(|bit| bit != 0)),
        }
        Ok(())
    }
}

/// What is summed up of a column while it is read.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) count: u64,
    pub(super) sum: i128,
}

impl Sum {
    pub(super) fn add(&mut self, value: ValueRef<'_>) {
        let digest = |bytes: &[u8]| {
            let digest: [u8; 32] = Sha256::digest(bytes).into();
            let [a, b, c, d, ..] = digest;
            u32::from_be_bytes([a, b, c, d])
        };
        self.sum += match value {
            ValueRef::Null => return,
            ValueRef::Integer(value) => i128::from(value),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => i128::from(digest(bytes)),
            // No table has any; it would not be the same there.
            ValueRef::Real(_) => -1,
        };
        self.count += 1;
    }
}
