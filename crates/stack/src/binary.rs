//! The binaries under test: those in this build's target folder, brought up to date first, so that
//! no test ever speaks to yesterday's product. `LATCHKEY_TEST_BINARY` names another `latchkey`, whose
//! neighbours are taken then.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::environment::variable;
use crate::split::service::Service;

static ARE_LEFT: AtomicBool = AtomicBool::new(false);

/// Takes the binaries as they lie there from now on, without bringing them up to date.
pub fn leave_as_they_are() {
    ARE_LEFT.store(true, Ordering::Relaxed);
}

/// Where the binary `latchkey` lies.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match variable("LATCHKEY_TEST_BINARY") {
        Some(path) => PathBuf::from(path),
        None => build(&["latchkey".to_owned()]).join("latchkey"),
    })
}

/// The binary `name` beside it, with none of the settings that this process may have.
pub fn companion(name: &str) -> Command {
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

/// Takes the settings of this process away from a command: an unknown one is refused, and tests have
/// variables of their own.
pub fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LATCHKEY_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CRASH_AT");
}

/// Builds them, which is nothing to do when they are up to date; answers the folder.
fn build(names: &[String]) -> PathBuf {
    let own = std::env::current_exe().expect("the path of this program");
    // target/<profile>/deps/it-0123456789abcdef, or target/<profile>/bench
    let folder = own.parent().expect("a folder");
    let is_test = folder.ends_with("deps");
    let profile = if is_test {
        folder.parent()
    } else {
        Some(folder)
    };
    let profile = profile.expect("the profile's folder");
    let target = profile.parent().expect("the target folder");
    if ARE_LEFT.load(Ordering::Relaxed) {
        return profile.to_owned();
    }
    let cargo = variable("CARGO").unwrap_or_else(|| env!("CARGO").to_owned());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet"])
        .args(names.iter().flat_map(|name| ["--bin", name]))
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // Tests are compiled with the features of the whole workspace, and nothing shall be compiled twice.
    if is_test {
        command.arg("--workspace");
    } else {
        command.args(names.iter().flat_map(|name| ["--package", name]));
    }
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
