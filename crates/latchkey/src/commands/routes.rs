//! `latchkey routes`.

use latchkey_process::say;

use crate::routes::{haproxy, http_routes};

/// Prints the gateway's table, or the same for a Gateway of Kubernetes.
pub(crate) fn routes(for_kubernetes: bool) {
    let text = if for_kubernetes {
        http_routes()
    } else {
        haproxy()
    };
    text.trim_end().lines().for_each(say);
}
