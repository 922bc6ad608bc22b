//! The manual says of every call that nobody from outside reaches what bounds its answer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use latchkey_testing::{Backend, Service};

use super::split::routes;
use super::{talkative, told};
use crate::split::split;

split!(every_call_has_its_bounds);

/// The calls of the table for internal listeners and the operator's socket.
fn described() -> BTreeSet<String> {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operate.md");
    let manual = fs::read_to_string(manual).unwrap();
    let (_, chapter) = manual.split_once("\n## What answers may hold\n").unwrap();
    let lines = chapter.lines().filter(|line| line.starts_with("| `/"));
    let cells = lines.map(|line| line.split('|').nth(1).unwrap());
    let named = cells.flat_map(|cell| cell.split(','));
    named
        .map(|call| call.trim().trim_matches('`').to_owned())
        .collect()
}

async fn every_call_has_its_bounds() {
    let apart = talkative(Backend::Split).start();
    let of_services = Service::ALL.map(|service| routes(apart.split(), service));
    let together = talkative(Backend::Sqlite).start();
    let log = together.folder().join("stderr-latchkey-1");
    let of_one = told(&fs::read_to_string(log).unwrap());
    let all = of_services.into_iter().flatten().chain(of_one);
    let paths: BTreeSet<String> = all.map(|route| route.path).collect();
    assert!(paths.len() > 40, "{paths:?}");
    assert_eq!(described(), paths);
}
