//! Programs that may not be installed: the servers around Latchkey, from Debian's packages or
//! elsewhere.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// Where servers lie that are not in an ordinary person's `PATH`.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// Debian keeps each major version of `PostgreSQL` below this.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Where the program `name` lies, if it is installed.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(SYSTEM.map(PathBuf::from))
        .chain(postgres_folders())
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The command that runs it.
pub fn command(name: &str) -> Result<Command> {
    let program = find(name).ok_or_else(|| format!("{name} is not installed"))?;
    Ok(Command::new(program))
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
