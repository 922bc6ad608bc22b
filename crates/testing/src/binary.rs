//! The binaries under test: those in this build's target folder, brought up to date first, so that
//! no test ever speaks to yesterday's product. `LATCHKEY_TEST_BINARY` names another `latchkey`, whose
//! neighbours are taken then.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::backend::variable;
use crate::split::Service;

/// Where the binary `latchkey` lies.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match variable("LATCHKEY_TEST_BINARY") {
        Some(path) => PathBuf::from(path),
        None => build(&["latchkey".to_owned()]).join("latchkey"),
    })
}

/// The binary `name` beside it, with none of the settings that this process may have.
pub(crate) fn companion(name: &str) -> Command {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        if let Some(path) = variable("LATCHKEY_TEST_BINARY") {
            return Path::new(&path).parent().expect("a folder").to_owned();
        }
        let services = Service::ALL.iter().map(|service| service.binary());
        build(&services.chain(["latchkey".to_owned()]).collect::<Vec<_>>())
    });
    let mut command = Command::new(folder.join(name));
    without_settings(&mut command);
    command
}

/// An unknown setting is refused, and the tests have variables of their own.
pub(crate) fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LATCHKEY_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CRASH_AT");
}

/// Builds them, which is nothing to do when they are up to date; answers the folder.
fn build(names: &[String]) -> PathBuf {
    let tests = std::env::current_exe().expect("the path of the tests");
    // target/<profile>/deps/it-0123456789abcdef
    let mut above = tests.ancestors().skip(2);
    let profile = above.next().expect("the profile's folder");
    let target = above.next().expect("the target folder");
    let cargo = variable("CARGO").unwrap_or_else(|| env!("CARGO").to_owned());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet", "--workspace"])
        .args(names.iter().flat_map(|name| ["--bin", name]))
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    let output = command.output().expect("cargo runs");
    assert!(
        output.status.success(),
        "the binaries cannot be built:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    profile.to_owned()
}
