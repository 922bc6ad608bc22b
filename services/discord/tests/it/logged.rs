//! What the service logs, for the tests that look at it. All tests of this binary share one log.

use std::io::{self, Write};
use std::sync::Once;

use parking_lot::Mutex;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = LOG.lock();
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps everything that is logged from now on.
pub(crate) fn keep() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(|| Sink)
            .init();
    });
}

/// The lines with `word` in them.
pub(crate) fn lines_with(word: &str) -> Vec<String> {
    let log = LOG.lock();
    let text = String::from_utf8_lossy(&log);
    let lines = text.lines().filter(|line| line.contains(word));
    lines.map(str::to_owned).collect()
}
