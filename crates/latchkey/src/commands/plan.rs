//! `latchkey plan`: what scripts and checks of manifests go by, so that they know no list of their own.

use latchkey_peers::plan::Service;
use latchkey_process::say;

/// Prints the services one a line, who is asked before who asks; behind each, whom it asks.
pub(crate) fn plan() {
    for service in Service::ALL {
        let asked = service.asks().iter().map(|asked| asked.name());
        let words: Vec<&str> = [service.name()].into_iter().chain(asked).collect();
        say(&words.join(" "));
    }
}
