//! The product's programs: those in this build's target folder, brought up to date first, so that
//! nobody ever speaks to yesterday's product. `LATCHKEY_TEST_BINARY` names another `latchkey`, whose
//! neighbours are taken then.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::{Result, Service, run};

/// The operator's command, which is the product in one process too.
const LATCHKEY: &str = "latchkey";

static ARE_LEFT: AtomicBool = AtomicBool::new(false);
static UP_TO_DATE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes the programs as they lie there from now on, without bringing them up to date.
pub fn leave_as_they_are() {
    ARE_LEFT.store(true, Ordering::Relaxed);
}

/// `latchkey`, with none of the settings that this process may have.
pub fn latchkey() -> Result<Command> {
    command(LATCHKEY)
}

/// The program of `service`, in the same way.
pub fn of(service: Service) -> Result<Command> {
    command(&service.binary())
}

fn command(name: &str) -> Result<Command> {
    let mut command = Command::new(path(name)?);
    without_settings(&mut command);
    Ok(command)
}

/// Takes the settings of this process away from a command: an unknown one is refused, and tests have
/// variables of their own.
pub fn without_settings(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("LATCHKEY_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CRASH_AT");
}

fn path(name: &str) -> Result<PathBuf> {
    if let Some(named) = env::var_os("LATCHKEY_TEST_BINARY") {
        let named = PathBuf::from(named);
        return Ok(match name {
            LATCHKEY => named,
            neighbour => named.with_file_name(neighbour),
        });
    }
    let mut up_to_date = UP_TO_DATE.lock();
    let own = env::current_exe()?;
    if !ARE_LEFT.load(Ordering::Relaxed) && !up_to_date.iter().any(|known| known == name) {
        let mut names = vec![LATCHKEY.to_owned()];
        if name != LATCHKEY {
            names.extend(Service::ALL.map(Service::binary));
        }
        build(&own, &names)?;
        up_to_date.extend(names);
    }
    Ok(profile(&own)?.join(name))
}

/// The folder of the build that the program `own` is from: it lies in target/PROFILE/deps as a test,
/// otherwise in target/PROFILE.
fn profile(own: &Path) -> Result<&Path> {
    let folder = own.parent();
    let profile = folder.filter(|folder| !folder.ends_with("deps"));
    let profile = profile.or(folder.and_then(Path::parent));
    Ok(profile.ok_or("this program lies in no target folder")?)
}

/// Builds them, which is nothing to do when they are up to date.
fn build(own: &Path, names: &[String]) -> Result<()> {
    let profile = profile(own)?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet"])
        .args(names.iter().flat_map(|name| ["--bin", name]))
        .arg("--target-dir")
        .arg(profile.parent().ok_or("there is no target folder")?)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // Tests are compiled with the features of the whole workspace, and nothing shall be compiled twice.
    if own.parent() == Some(profile) {
        command.args(names.iter().flat_map(|name| ["--package", name]));
    } else {
        command.arg("--workspace");
    }
    if profile.ends_with("release") {
        command.arg("--release");
    }
    run(&mut command)
}
