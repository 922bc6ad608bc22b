//! What waits together goes together: on `PostgreSQL` like changes of one kind that are handed in while another is
//! under way become one statement. A server's work for a statement is mostly the statement's, not its rows', so each
//! of many costs a part of what it costs alone, and nothing waits that could have begun.
//!
//! The rule of each change stands in the one statement, row by row; what would change the same row twice waits for the
//! next. Where a statement fails by what it was given, each of its changes is tried by itself, so that none fails for
//! another. `SQLite` needs none of this: a lane there puts what waits into one transaction.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::conn::Conn;
use super::{Db, DieselError, QueryResult};
use crate::fault::Fault;
use crate::outage::is_outage;

/// Changes in one statement, at most: bounds how long its first one waits, and for how long it holds its rows.
const MOST: usize = 32;

/// Statements of one kind that are under way at the same time. With one, the server would rest while a disk syncs;
/// with many, each would hold few changes.
const AT_ONCE: usize = 2;

/// A kind of change, for many at a time.
#[derive(Debug)]
pub struct Kind<I, R> {
    /// What a statement may change once alone: of two changes with the same, one waits.
    pub row: fn(&I) -> (i64, i64),
    /// Makes the changes in one statement and answers what became of each, in their order. On an error nothing was
    /// changed.
    pub change: fn(&mut Conn, &[I]) -> QueryResult<Vec<R>>,
}

/// The changes of one kind. Copies share what waits.
pub struct Together<I: 'static, R: 'static> {
    db: Db,
    kind: &'static Kind<I, R>,
    waiting: Arc<Mutex<Waiting<I, R>>>,
}

impl<I, R> Clone for Together<I, R> {
    fn clone(&self) -> Self {
        Self {
            db: self.db.clone(),
            kind: self.kind,
            waiting: Arc::clone(&self.waiting),
        }
    }
}

struct Waiting<I, R> {
    line: VecDeque<Handed<I, R>>,
    under_way: usize,
}

/// A change that was handed in.
struct Handed<I, R> {
    item: I,
    since: Instant,
    reply: Reply<I, R>,
    /// Of whoever handed it in.
    span: Span,
}

type Reply<I, R> = oneshot::Sender<Result<(I, R), Fault>>;

impl<I, R> Together<I, R>
where
    I: Send + 'static,
    R: Send + 'static,
{
    /// Changes of this kind by `db`.
    pub fn new(db: Db, kind: &'static Kind<I, R>) -> Self {
        Self {
            db,
            kind,
            waiting: Arc::new(Mutex::new(Waiting {
                line: VecDeque::new(),
                under_way: 0,
            })),
        }
    }

    /// Makes one change, with those that wait beside it. Answers, after the commit, what was handed in and what
    /// became of it. As with [`Db::write_single`] the outcome is unknown when the connection breaks; a caller that is
    /// dropped while it waits leaves its change in the line: it may still be made.
    ///
    /// # Errors
    /// `Unavailable` where the line is full, or it was waited for too long; trouble.
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever hands in may go; its turn tells those who wait when it dies"
    )]
    pub async fn change(&self, item: I) -> Result<(I, R), Fault> {
        let (reply, answer) = oneshot::channel();
        let begins = {
            let mut waiting = self.waiting.lock();
            if waiting.line.len() >= self.db.most_waiting() {
                return Err(self.too_many());
            }
            waiting.line.push_back(Handed {
                item,
                since: Instant::now(),
                reply,
                span: Span::current(),
            });
            let begins = waiting.under_way < AT_ONCE;
            waiting.under_way += usize::from(begins);
            begins
        };
        if begins {
            let turn = Turn {
                of: self.clone(),
                is_over: false,
            };
            tokio::spawn(turn.work());
        }
        answer.await.unwrap_or_else(|_| Err(self.too_many()))
    }

    fn too_many(&self) -> Fault {
        Fault::overloaded(self.db.service())
    }

    /// What waits, as far as one statement takes it; what waited too long is answered.
    fn taken_from(&self, waiting: &mut Waiting<I, R>) -> Vec<Handed<I, R>> {
        let (mut rows, mut taken) = (HashSet::new(), Vec::new());
        let (mut left, patience) = (VecDeque::new(), self.db.patience());
        while taken.len() < MOST
            && let Some(handed) = waiting.line.pop_front()
        {
            if handed.since.elapsed() > patience {
                // The caller may have gone.
                let _ = handed.reply.send(Err(self.too_many()));
            } else if rows.insert((self.kind.row)(&handed.item)) {
                taken.push(handed);
            } else {
                left.push_back(handed);
            }
        }
        left.append(&mut waiting.line);
        waiting.line = left;
        taken
    }

    async fn make(&self, handed: Vec<Handed<I, R>>) {
        let span = self.span(&handed);
        let (items, replies): (Vec<I>, Vec<Reply<I, R>>) = handed
            .into_iter()
            .map(|handed| (handed.item, handed.reply))
            .unzip();
        match self.in_one_statement(items).instrument(span).await {
            Ok(made) => answer(replies, made.into_iter().map(Ok)),
            Err(Unmade::Refused(items, _)) if items.len() > 1 => {
                for (item, reply) in items.into_iter().zip(replies) {
                    let made = self.in_one_statement(vec![item]).await;
                    answer([reply], only(made));
                }
            }
            Err(Unmade::Refused(_, error)) => answer(replies, [Err(error.into())]),
            Err(Unmade::Trouble(fault)) => {
                let text = format!("{fault:?}");
                let each = |_| Err(Fault::unavailable(self.db.service(), text.clone()));
                let troubles: Vec<_> = replies.iter().map(each).collect();
                answer(replies, troubles);
            }
        }
    }

    /// What the statement writes to the log is part of the first one's request; the others' say that they went along.
    fn span(&self, handed: &[Handed<I, R>]) -> Span {
        let mut spans = handed.iter().map(|handed| &handed.span);
        let first = spans.next();
        for other in spans {
            let database = self.db.service();
            tracing::debug!(parent: other, database, "went along in a unit of work");
        }
        first.map_or_else(Span::none, Span::clone)
    }

    async fn in_one_statement(&self, items: Vec<I>) -> Result<Vec<(I, R)>, Unmade<I>> {
        let change = self.kind.change;
        self.db
            .write_single(move |conn| match change(conn, &items) {
                Ok(made) => Ok(items.into_iter().zip(made).collect()),
                Err(error) if is_outage(&error) => Err(Unmade::Trouble(error.into())),
                Err(error) => Err(Unmade::Refused(items, error)),
            })
            .await
    }
}

/// What came of a statement of one change.
fn only<I, R>(made: Result<Vec<(I, R)>, Unmade<I>>) -> impl Iterator<Item = Result<(I, R), Fault>> {
    let (made, trouble) = match made {
        Ok(made) => (made, None),
        Err(Unmade::Refused(_, error)) => (Vec::new(), Some(error.into())),
        Err(Unmade::Trouble(fault)) => (Vec::new(), Some(fault)),
    };
    made.into_iter().map(Ok).chain(trouble.map(Err))
}

/// Callers may have gone; what was changed stands all the same.
fn answer<I, R>(
    replies: impl IntoIterator<Item = Reply<I, R>>,
    answers: impl IntoIterator<Item = Result<(I, R), Fault>>,
) {
    for (reply, answer) in replies.into_iter().zip(answers) {
        let _ = reply.send(answer);
    }
}

/// Why a statement made nothing.
enum Unmade<I> {
    /// By what it was given; nothing was changed.
    Refused(Vec<I>, DieselError),
    /// By the database; the outcome may be unknown.
    Trouble(Fault),
}

impl<I> From<Fault> for Unmade<I> {
    fn from(fault: Fault) -> Self {
        Self::Trouble(fault)
    }
}

/// The right to have a statement under way. Whoever drops it before nothing waits any more gives it back; with the
/// last one, whoever waits is answered, because nobody would come for them.
struct Turn<I: 'static, R: 'static> {
    of: Together<I, R>,
    is_over: bool,
}

impl<I, R> Turn<I, R>
where
    I: Send + 'static,
    R: Send + 'static,
{
    async fn work(mut self) {
        while let Some(handed) = self.next() {
            self.of.make(handed).await;
        }
    }

    /// `None` when nothing waits; then the turn is over, so that whoever comes next begins another.
    fn next(&mut self) -> Option<Vec<Handed<I, R>>> {
        let mut waiting = self.of.waiting.lock();
        let taken = self.of.taken_from(&mut waiting);
        if taken.is_empty() {
            self.is_over = true;
            waiting.under_way = waiting.under_way.saturating_sub(1);
            return None;
        }
        Some(taken)
    }
}

impl<I, R> Drop for Turn<I, R> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let mut waiting = self.of.waiting.lock();
        waiting.under_way = waiting.under_way.saturating_sub(1);
        if waiting.under_way == 0 {
            waiting.line.clear();
        }
    }
}
