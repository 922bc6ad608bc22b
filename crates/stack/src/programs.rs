//! Programs that a test needs and that may not be installed: the servers around Latchkey, from
//! Debian's packages or elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::environment::{skip, variable};

/// Where servers lie that are not in an ordinary person's `PATH`.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// Debian keeps each major version of `PostgreSQL` below this.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Where the program `name` lies, if it is installed.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let in_path = path.split(':').map(PathBuf::from);
    in_path
        .chain(SYSTEM.map(PathBuf::from))
        .chain(postgres_folders())
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The newest version first.
fn postgres_folders() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(POSTGRES) else {
        return Vec::new();
    };
    let mut versions: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| version(path));
    versions.iter().rev().map(|path| path.join("bin")).collect()
}

fn version(path: &Path) -> u32 {
    let name = path.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or_default()
}

/// True when one of them is not installed: says that the test is skipped. With the missing
/// program's name in `LATCHKEY_TEST_REQUIRE` that is a failure.
pub fn missing(test: &str, names: &[&str]) -> bool {
    let absent = names.iter().find(|name| find(name).is_none());
    if let Some(name) = absent {
        skip(test, name, "it is not installed");
    }
    absent.is_some()
}
