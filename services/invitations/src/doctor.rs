//! What `doctor` says of this service's settings: what serving refuses, and what lets in more than meant.

use latchkey_common::config;
use latchkey_process::Finding::{self, Note};

use crate::settings::Settings;

/// Where the site's own issuer of the group contract stands.
pub(crate) const ISSUER: &str = "invitations.group_issuer";

/// Looks at the table.
pub(crate) fn look(settings: &config::Settings) -> Vec<Finding> {
    let mut findings = Finding::of_table::<Settings>(settings);
    let table = settings.table::<Settings>().ok();
    let advice = table.and_then(|table| table.group_issuer.advice(ISSUER));
    findings.extend(advice.map(Note));
    findings
}
