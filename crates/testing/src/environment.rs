//! What tests are told by variables: which server to use, and what may not be skipped.

use std::io::Write as _;

/// Says that a test is skipped for want of `what`, or fails where it is required.
pub(crate) fn skip(test: &str, what: &str, why: &str) {
    let required = variable("LATCHKEY_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|word| word.trim() == what),
        "{test}: {what} is required, and {why}"
    );
    let line = format!("skipped, it needs {what} ({why}): {test}\n");
    drop(std::io::stderr().write_all(line.as_bytes()));
}

/// The server to test on.
pub(crate) fn postgres_url() -> Option<String> {
    variable("LATCHKEY_TEST_POSTGRES_URL").filter(|url| !url.is_empty())
}

/// An environment variable that steers the tests.
#[expect(
    clippy::disallowed_methods,
    reason = "not a setting of the product: it steers tests"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
