//! What `doctor` says of this service's settings: what serving refuses, what keeps links from being made,
//! and what lets in more than meant. Discord itself is not asked: that would count as a call of the bot's.

use latchkey_common::config;
use latchkey_process::Finding::{self, Fine, Note, Wrong};

use crate::discord::Discord;
use crate::settings::Settings;

/// Where the site's own issuer of the contract stands.
pub(crate) const ISSUER: &str = "discord.issuer";

/// Looks at the table.
pub fn look(settings: &config::Settings) -> Vec<Finding> {
    let table: Settings = match settings.table() {
        Ok(table) => table,
        Err(error) => return vec![Wrong(error.to_string())],
    };
    let unusable = Discord::new(&table, "").unusable().into_iter();
    let mut findings: Vec<Finding> = unusable
        .map(|error| Wrong(format!("no Discord link can be made: {error}")))
        .collect();
    let missing = table.missing();
    // What is wrong with the edge itself is said elsewhere.
    let patience = settings.edge().map(|edge| edge.server.request_timeout);
    if !missing.is_empty() {
        findings.push(Note(format!(
            "no Discord link can be made: {} {} not set",
            missing.join(" and "),
            if missing.len() == 1 { "is" } else { "are" }
        )));
    } else if let Ok(patience) = patience
        && table.timeout() >= patience
    {
        findings.push(Wrong(format!(
            "LATCHKEY_DISCORD__TIMEOUT_MS is not below server.request_timeout_seconds ({} s): \
             people would not hear what became of their link",
            patience.as_secs()
        )));
    }
    if findings.is_empty() {
        findings.push(Fine("the Discord bot and its channel are set".to_owned()));
    }
    findings.extend(table.issuer.advice(ISSUER).map(Note));
    findings
}
