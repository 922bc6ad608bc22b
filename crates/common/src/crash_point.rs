//! Named points at which a crash test lets the process die by `SIGKILL`, in the middle of an act.
//! They exist in builds with debug assertions only; in a release build [`reach`] is empty.
//!
//! `CRASH_AT=after-reserve` kills at the first passage, `CRASH_AT=after-reserve:3` at the third.

/// An invitation is reserved and committed; the act has not begun.
pub const AFTER_RESERVE: &str = "after-reserve";
/// The other service has done the act; the invitation does not know it yet.
pub const AFTER_ACT: &str = "after-act";
/// Of several acts of one use one is done and written down; the next has not begun.
pub const BETWEEN_ACTS: &str = "between-acts";
/// The settling is decided and about to be written.
pub const BEFORE_SETTLE: &str = "before-settle";
/// A call with a key has had its effect, and its answer is kept; nobody has been told yet.
pub const AFTER_KEPT: &str = "after-kept";
/// An account is deleted and that is committed; nobody has been told, and no other service knows.
pub const AFTER_LEAVE: &str = "after-leave";
/// A service has begun to forget somebody, and has not ended.
pub const WHILE_FORGETTING: &str = "while-forgetting";
/// A service has forgotten somebody; users does not know yet.
pub const AFTER_FORGETTING: &str = "after-forgetting";
/// A Discord link is reserved and committed; Discord is not asked yet.
pub const AFTER_LINK_RESERVE: &str = "after-link-reserve";
/// Discord has made the link; the reservation does not know it yet.
pub const AFTER_LINK_MADE: &str = "after-link-made";
/// The process dies while the database commits, or right after it: never with the answer sent.
/// Commits are counted from the first passage of [`AFTER_RESERVE`] on: those of the start and of
/// idle jobs are not what a test means.
pub const INSIDE_COMMIT: &str = "inside-commit";

/// Dies here when a crash test asked for it.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub const fn reach(_point: &str) {}

/// Dies here when a crash test asked for it.
#[cfg(debug_assertions)]
pub fn reach(point: &str) {
    during(point, || ());
}

/// Does `work`, and dies while it runs when a crash test asked for it.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn during<T>(_point: &str, work: impl FnOnce() -> T) -> T {
    work()
}

/// Does `work`, and dies while it runs when a crash test asked for it.
#[cfg(debug_assertions)]
pub fn during<T>(point: &str, work: impl FnOnce() -> T) -> T {
    let is_dying = armed::is_reached(point);
    if is_dying {
        armed::kill();
    }
    let done = work();
    if is_dying {
        // The signal is on its way; nothing that follows may happen.
        loop {
            std::thread::park();
        }
    }
    done
}

#[cfg(debug_assertions)]
mod armed {
    use std::process::{Command, Stdio};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    struct Armed {
        point: String,
        passages: AtomicU32,
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "not a setting: exists in test builds only"
    )]
    fn armed() -> Option<&'static Armed> {
        static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
        let read = || {
            let wish = std::env::var("CRASH_AT").ok()?;
            let (point, count) = wish.split_once(':').unwrap_or((&wish, "1"));
            Some(Armed {
                point: point.to_owned(),
                passages: AtomicU32::new(count.parse().ok()?),
            })
        };
        ARMED.get_or_init(read).as_ref()
    }

    pub(super) fn is_reached(point: &str) -> bool {
        static RESERVED: AtomicBool = AtomicBool::new(false);
        if point == super::AFTER_RESERVE {
            RESERVED.store(true, Ordering::SeqCst);
        }
        if point == super::INSIDE_COMMIT && !RESERVED.load(Ordering::SeqCst) {
            return false;
        }
        armed()
            .filter(|armed| armed.point == point)
            .is_some_and(|armed| armed.passages.fetch_sub(1, Ordering::SeqCst) == 1)
    }

    /// Sends the signal. It arrives within a millisecond or so.
    pub(super) fn kill() {
        let pid = std::process::id().to_string();
        let killer = Command::new("kill")
            .args(["-9", &pid])
            .stdin(Stdio::null())
            .spawn();
        if killer.is_err() {
            std::process::abort();
        }
    }
}
