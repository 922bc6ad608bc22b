//! Answers that may be kept for a moment.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Entries beyond which what is over is swept out, and everything if that is not enough.
const MOST: usize = 50_000;

/// Positive answers about credentials, each good for a fixed time *from when its question was sent*:
/// an answer may have been on its way for a while. Nothing negative is kept.
pub struct BriefCache<K, V> {
    life: Duration,
    kept: Mutex<HashMap<K, (Instant, V)>>,
}

impl<K: Eq + Hash, V: Clone> BriefCache<K, V> {
    /// An empty one; an answer is good for `life`.
    pub fn new(life: Duration) -> Self {
        Self {
            life,
            kept: Mutex::default(),
        }
    }

    /// The answer, if it is still good.
    pub fn get(&self, key: &K) -> Option<V> {
        let kept = self.kept.lock();
        let (asked, answer) = kept.get(key)?;
        (asked.elapsed() < self.life).then(|| answer.clone())
    }

    /// Keeps an answer to a question that was sent at `asked`.
    pub fn keep(&self, key: K, asked: Instant, answer: V) {
        let mut kept = self.kept.lock();
        if kept.len() >= MOST {
            kept.retain(|_, (asked, _)| asked.elapsed() < self.life);
            if kept.len() >= MOST {
                kept.clear();
            }
        }
        kept.insert(key, (asked, answer));
    }
}

impl<K, V> fmt::Debug for BriefCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BriefCache")
            .field("life", &self.life)
            .finish_non_exhaustive()
    }
}
