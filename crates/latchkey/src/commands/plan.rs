//! `latchkey plan`: what scripts and checks of manifests go by, so that they know no list of their own.

use latchkey_peers::plan::Service;
use latchkey_process::{answer, say};
use serde_json::json;

/// Prints the services one a line, who is asked before who asks; behind each, whom it asks.
pub(crate) fn plan() {
    let all = Service::ALL.map(|service| {
        let asked: Vec<&str> = service.asks().iter().map(|asked| asked.name()).collect();
        json!({ "name": service.name(), "asks": asked })
    });
    answer(&json!({ "services": all }));
    for service in Service::ALL {
        let asked = service.asks().iter().map(|asked| asked.name());
        let words: Vec<&str> = [service.name()].into_iter().chain(asked).collect();
        say(&words.join(" "));
    }
}
