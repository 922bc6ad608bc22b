//! `latchkey admin audit`: what super users and the operator did, from every service that has such acts.

use latchkey_common::audit::{Ask, Entries, Entry};
use serde::Serialize;
use serde_json::json;

use super::line::Line;
use crate::cli::Audit;
use latchkey_process::{Trouble, answer, say};

/// Which services keep such a log.
const SERVICES: [&str; 3] = ["users", "invitations", "discord"];

/// How many are asked for at once.
const PAGE: i64 = 500;

/// An act, and which service has it.
#[derive(Serialize)]
struct Told {
    service: &'static str,
    #[serde(flatten)]
    entry: Entry,
}

/// The newest of all services together, the oldest of them first.
pub(super) async fn list(line: &Line, wanted: Audit) -> Result<(), Trouble> {
    let mut all = Vec::new();
    for service in SERVICES {
        let entries = of(line, service, &wanted).await?;
        all.extend(entries.into_iter().map(|entry| Told { service, entry }));
    }
    // Times have one form, which sorts as they do.
    all.sort_by(|one, other| one.entry.at.cmp(&other.entry.at));
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let newest = all.split_off(all.len().saturating_sub(limit));
    answer(&json!({ "entries": newest }));
    for told in &newest {
        say(&words(&told.entry));
    }
    Ok(())
}

/// The newest of one service, page by page.
async fn of(line: &Line, service: &str, wanted: &Audit) -> Result<Vec<Entry>, Trouble> {
    let mut ask = Ask {
        who: wanted.who.clone(),
        what: wanted.what.clone(),
        to: wanted.to.clone(),
        within_s: wanted.since.map(i64::unsigned_abs),
        before: None,
        limit: None,
    };
    let mut room = i64::from(wanted.limit);
    let mut all = Vec::new();
    while room > 0 {
        ask.limit = Some(room.min(PAGE));
        let page = line.call(&format!("{service}/audit"), &ask).await?;
        let page: Entries = serde_json::from_value(page)
            .map_err(|error| Trouble::said(format!("no usable answer from the server: {error}")))?;
        let count = i64::try_from(page.entries.len()).unwrap_or(i64::MAX);
        room = room.saturating_sub(count);
        all.extend(page.entries);
        ask.before = page.next;
        if ask.before.is_none() {
            break;
        }
    }
    Ok(all)
}

/// When, who, what, to whom, by which way, from where, and why.
fn words(entry: &Entry) -> String {
    let who = named(&entry.who_name, Some(&entry.who));
    let to = named(&entry.to_name, entry.to.as_deref());
    let from = entry.from.as_deref().unwrap_or("-");
    let mut words = format!(
        "{}  {who}  {}  {to}  {} {from}",
        entry.at, entry.what, entry.way
    );
    if let Some(why) = &entry.why {
        words.push_str("  ");
        words.push_str(why);
    }
    words
}

fn named(name: &str, id: Option<&str>) -> String {
    match (name, id) {
        ("", id) => id.unwrap_or("-").to_owned(),
        (name, None) => name.to_owned(),
        (name, Some(id)) => format!("{name} ({id})"),
    }
}
