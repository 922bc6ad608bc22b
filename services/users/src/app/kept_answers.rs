//! Positive answers about opaque credentials, kept for a moment, so that steady traffic costs no
//! question to the database. In this process a change is effective before it is answered, because
//! whoever makes it empties the cache after the commit; another replica's change is within a second.

use std::collections::HashMap;
use std::time::Duration;

use latchkey_common::clock::Millis;
use latchkey_common::secret::TokenHash;
use parking_lot::Mutex;

/// How long an answer is good, from when its question was sent.
const LIFE: Duration = Duration::from_secs(1);

/// Beyond this many answers those that are over are swept out, and all if that is not enough.
const MOST: usize = 20_000;

/// Where an answer may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// From the moment before, if one was kept.
    Kept,
    /// From the database.
    Fresh,
}

/// Answers by the hash of their credential.
pub(super) struct KeptAnswers<A> {
    state: Mutex<State<A>>,
}

struct State<A> {
    /// Counts how often everything was forgotten.
    epoch: u64,
    answers: HashMap<TokenHash, Kept<A>>,
}

struct Kept<A> {
    asked_at: Millis,
    until: Millis,
    answer: A,
}

/// What the cache has to say about a credential.
pub(super) enum Look<A> {
    /// It is alive.
    Kept(A),
    /// Ask the database.
    Ask(Question),
}

/// When a question was sent: its answer may be kept if nothing was forgotten since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    epoch: u64,
    asked_at: Millis,
}

impl<A> Default for KeptAnswers<A> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                epoch: 0,
                answers: HashMap::new(),
            }),
        }
    }
}

impl<A: Clone> KeptAnswers<A> {
    /// The answer that is still good, or leave to ask.
    pub(super) fn look(&self, token: &TokenHash, from: Answers, now: Millis) -> Look<A> {
        let state = self.state.lock();
        let kept = match from {
            Answers::Kept => state.answers.get(token),
            Answers::Fresh => None,
        };
        match kept {
            // A clock that was set back proves nothing.
            Some(kept) if kept.asked_at <= now && now < kept.until => {
                Look::Kept(kept.answer.clone())
            }
            _ => Look::Ask(Question {
                epoch: state.epoch,
                asked_at: now,
            }),
        }
    }

    /// Keeps the answer to a question, no longer than `until`. An answer that was on its way while
    /// everything was forgotten may be of the time before, and is not kept.
    pub(super) fn keep(&self, token: TokenHash, question: Question, until: Millis, answer: A) {
        let mut state = self.state.lock();
        if state.epoch != question.epoch {
            return;
        }
        let asked_at = question.asked_at;
        if state.answers.len() >= MOST {
            state.answers.retain(|_, kept| asked_at < kept.until);
            if state.answers.len() >= MOST {
                state.answers.clear();
            }
        }
        let until = until.min(asked_at.plus(LIFE));
        let kept = Kept {
            asked_at,
            until,
            answer,
        };
        state.answers.insert(token, kept);
    }

    /// Something changed about who may do what. Call it after the commit and before the answer.
    pub(super) fn forget(&self) {
        let mut state = self.state.lock();
        state.epoch = state.epoch.wrapping_add(1);
        state.answers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Millis = Millis(i64::MAX);

    fn ask(kept: &KeptAnswers<&'static str>, token: &TokenHash, now: i64) -> Option<Question> {
        match kept.look(token, Answers::Kept, Millis(now)) {
            Look::Kept(_) => None,
            Look::Ask(question) => Some(question),
        }
    }

    #[test]
    fn an_answer_is_good_for_a_second_from_its_question() {
        let kept = KeptAnswers::default();
        let (one, other) = (TokenHash::of("one"), TokenHash::of("other"));
        let question = ask(&kept, &one, 5_000).unwrap();
        kept.keep(one, question, NEVER, "me");
        assert!(ask(&kept, &one, 5_999).is_none());
        let fresh = kept.look(&one, Answers::Fresh, Millis(5_999));
        assert!(matches!(fresh, Look::Ask(_)));
        assert!(ask(&kept, &one, 6_000).is_some());
        assert!(ask(&kept, &one, 4_999).is_some());
        assert!(ask(&kept, &other, 5_000).is_some());
        kept.keep(one, question, Millis(5_100), "me");
        assert!(ask(&kept, &one, 5_100).is_some());
    }

    #[test]
    fn what_was_under_way_when_all_was_forgotten_is_not_kept() {
        let kept = KeptAnswers::default();
        let token = TokenHash::of("one");
        let question = ask(&kept, &token, 0).unwrap();
        kept.keep(token, question, NEVER, "me");
        kept.forget();
        assert!(ask(&kept, &token, 0).is_some());
        kept.keep(token, question, NEVER, "me");
        assert!(ask(&kept, &token, 0).is_some());
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let kept = KeptAnswers::default();
        for nth in 0..=MOST {
            let token = TokenHash::of(&nth.to_string());
            let question = ask(&kept, &token, 0).unwrap();
            kept.keep(token, question, NEVER, "me");
        }
        assert!(kept.state.lock().answers.len() <= MOST);
    }
}
