//! The binary under test: the one in this build's target folder, brought up to date first, so that
//! no test ever speaks to yesterday's product. `LATCHKEY_TEST_BINARY` names another one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::backend::variable;

/// Where the binary lies.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match variable("LATCHKEY_TEST_BINARY") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

/// Builds it, which is nothing to do when it is up to date.
fn build() -> PathBuf {
    let tests = std::env::current_exe().expect("the path of the tests");
    // target/<profile>/deps/it-0123456789abcdef
    let mut above = tests.ancestors().skip(2);
    let profile = above.next().expect("the profile's folder");
    let target = above.next().expect("the target folder");
    let cargo = variable("CARGO").unwrap_or_else(|| env!("CARGO").to_owned());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet", "--workspace", "--bin", "latchkey"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    let output = command.output().expect("cargo runs");
    assert!(
        output.status.success(),
        "latchkey cannot be built:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    profile.join("latchkey")
}
