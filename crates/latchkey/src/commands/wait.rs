//! `latchkey wait`.

use latchkey_common::server::stop_signal;
use latchkey_process::{Trouble, announce};

/// Keeps a container open in which commands are run; nothing else is in such an image that could.
pub(crate) async fn wait() -> Result<(), Trouble> {
    // Said when the stop is listened for, which the first of the two begins with.
    let waiting =
        async { announce("Waiting until the stop is asked for. Commands run beside this.") };
    let (stopped, ()) = tokio::join!(stop_signal(), waiting);
    Ok(stopped?)
}
