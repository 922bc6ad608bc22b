//! `latchkey routes`.

use latchkey_process::{answer, hand_out, speaks_json};
use serde_json::json;

use crate::routes::{haproxy, http_routes, table};

/// Prints the gateway's table, or the same for a Gateway of Kubernetes.
pub(crate) fn routes(for_kubernetes: bool) {
    let text = if for_kubernetes {
        http_routes()
    } else {
        haproxy()
    };
    if speaks_json() {
        answer(&json!({ "routes": table() }));
    } else {
        hand_out(&text);
    }
}
