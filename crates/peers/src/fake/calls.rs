//! What becomes of calls on their way, and which there were.

use std::sync::{Mutex, MutexGuard};

use latchkey_common::fault::Fault;
use tokio::sync::Semaphore;

/// What becomes of an act on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trouble {
    /// It works.
    #[default]
    None,
    /// The question is lost: nothing is done, the outcome is unknown.
    QuestionLost,
    /// The act is done and its answer lost.
    AnswerLost,
    /// The question stays on its way until the test lets it go.
    Slow,
    /// No answer ever comes, and nothing is done.
    Hangs,
}

/// The way to a peer.
#[derive(Debug)]
pub struct Calls {
    state: Mutex<State>,
    /// One permit lets one slow act go.
    gate: Semaphore,
}

#[derive(Debug, Default)]
struct State {
    trouble: Trouble,
    is_down: bool,
    is_undecided: bool,
    asked: Vec<&'static str>,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            gate: Semaphore::new(0),
        }
    }
}

impl Calls {
    /// From now on every act meets this.
    pub fn trouble(&self, trouble: Trouble) {
        self.state().trouble = trouble;
    }

    /// Lets one slow act go.
    pub fn let_go(&self) {
        self.gate.add_permits(1);
    }

    /// While it is set, nobody answers anything.
    pub fn down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// While it is set, the peer cannot say how an act ended.
    pub fn undecided(&self, is_undecided: bool) {
        self.state().is_undecided = is_undecided;
    }

    /// What was asked since this was asked last, by the names that the questions have between processes.
    /// Checks of credentials are left out: whoever asks keeps their answers.
    pub fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state().asked)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics in here")
    }

    /// A check of a credential arrives.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.state().is_down {
            return Err(Fault::overloaded("peer"));
        }
        Ok(())
    }

    /// A question arrives.
    pub(super) fn ask(&self, call: &'static str) -> Result<(), Fault> {
        self.state().asked.push(call);
        self.check()
    }

    /// The question how an act ended arrives.
    pub(super) fn ask_outcome(&self, call: &'static str) -> Result<(), Fault> {
        self.ask(call)?;
        if self.state().is_undecided {
            return Err(Fault::overloaded("peer"));
        }
        Ok(())
    }

    /// Before an act. An error: its question never arrived.
    pub(super) async fn begin(&self, call: &'static str) -> Result<(), Fault> {
        self.ask(call)?;
        let trouble = self.state().trouble;
        match trouble {
            Trouble::None | Trouble::AnswerLost => Ok(()),
            Trouble::QuestionLost => Err(Fault::overloaded("peer")),
            Trouble::Slow => {
                self.gate.acquire().await.expect("never closed").forget();
                Ok(())
            }
            Trouble::Hangs => std::future::pending().await,
        }
    }

    /// After the act.
    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.state().trouble == Trouble::AnswerLost {
            return Err(Fault::overloaded("peer"));
        }
        Ok(())
    }
}
