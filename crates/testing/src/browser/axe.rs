//! Rules of accessibility, held against a page by axe-core. It comes by npm (`npm ci --prefix deploy/npm`); where it is not
//! there the test says so, and `LATCHKEY_TEST_REQUIRE=axe` makes that a failure.

use std::path::Path;

use serde_json::Value;

use super::Browser;
use crate::environment;

/// Where npm puts it.
const FILE: &str = "../../deploy/npm/node_modules/axe-core/axe.min.js";

/// What reads a page by rules.
#[derive(Debug)]
pub struct Axe(String);

impl Axe {
    /// The one of this checkout. `None`: skipped.
    pub fn find(test: &str) -> Option<Self> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let Ok(script) = std::fs::read_to_string(file) else {
            environment::skip(test, "axe", "axe-core is not installed in deploy/npm");
            return None;
        };
        Some(Self(script))
    }

    /// Brings it onto the page that is open.
    pub async fn enter(&self, browser: &Browser) {
        browser.run(&self.0).await;
    }

    /// What the page that it is on breaks: a rule and a place a line. It looks without loading anything.
    ///
    /// # Panics
    /// If it held no rule against the page.
    pub async fn complaints(&self, browser: &Browser) -> Vec<String> {
        let script = "return axe.run(document, {preload: false, resultTypes: ['violations']}).then((found) => \
                      [found.passes.length, found.violations.flatMap((one) => \
                      one.nodes.map((node) => `${one.id} at ${node.target}: ${node.failureSummary}`))])";
        let found = browser.run(script).await;
        assert!(found[0].as_u64() > Some(10), "axe held no rules: {found}");
        let broken = found[1].as_array().into_iter().flatten();
        broken
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}
