//! A started process: its outputs go to files, and it never outlives the tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

/// What the watchdog does. `QUIT` lets `PostgreSQL` give its shared memory back; nothing else minds it.
const WATCH: &str = "read -r _; kill -QUIT \"$0\"; sleep 0.3; kill -9 \"$0\"; rm -rf \"$1\"";

/// A child, and the watchdog that kills it when this process dies: a shell that waits for the end
/// of a pipe which only this process holds.
pub struct Running {
    child: Child,
    watchdog: Child,
    // Closed first: it ends the watchdog's wait.
    leash: Option<ChildStdin>,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    /// Starts `command`; its outputs are called by `label`. `folder` goes with this process.
    pub fn spawn(command: &mut Command, folder: &Path, label: &str) -> Self {
        let stdout = folder.join(format!("stdout-{label}"));
        let stderr = folder.join(format!("stderr-{label}"));
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).expect("a file for stdout"))
            .stderr(File::create(&stderr).expect("a file for stderr"))
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut watchdog = Command::new("sh")
            .args(["-c", WATCH])
            .arg(child.id().to_string())
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a watchdog");
        Self {
            leash: watchdog.stdin.take(),
            child,
            watchdog,
            stdout,
            stderr,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child of ours")
    }

    pub fn kill(&mut self) {
        // An error says that it is gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
    }

    pub fn stdout(&self) -> String {
        fs::read_to_string(&self.stdout).unwrap_or_default()
    }

    pub fn stderr(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap_or_default()
    }

    pub fn log(&self) -> String {
        let stderr = self.stderr();
        let lines: Vec<&str> = stderr.lines().collect();
        let tail = lines
            .get(lines.len().saturating_sub(60)..)
            .unwrap_or_default();
        format!("{}\n{}", self.stdout(), tail.join("\n"))
    }

    /// The lines on standard error with these words, of all of it.
    pub fn lines_with(&self, words: &str) -> Vec<String> {
        let stderr = fs::read_to_string(&self.stderr).unwrap_or_default();
        let found = stderr.lines().filter(|line| line.contains(words));
        found.map(str::to_owned).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        // The watchdog must not see the end of the pipe: the process id may be another's by now.
        drop(self.watchdog.kill());
        drop(self.watchdog.wait());
        self.leash = None;
    }
}
