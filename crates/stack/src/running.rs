//! A started process: its outputs go to files, and it never outlives this process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Result, Trouble};

/// What the watchdog does. `QUIT` lets `PostgreSQL` give its shared memory back; nothing else minds it.
const WATCH: &str = "read -r _; kill -QUIT \"$0\"; sleep 0.3; kill -9 \"$0\"; rm -rf \"$1\"";
/// How often a process is looked at that is waited for.
const LOOK: Duration = Duration::from_millis(5);

/// Runs a command that must succeed; what it printed.
pub fn complete(command: &mut Command) -> Result<Output> {
    let output = command
        .output()
        .map_err(Trouble::in_trying(format_args!("{command:?}")))?;
    if output.status.success() {
        return Ok(output);
    }
    Err(format!("{command:?}: {output:?}").into())
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Result<()> {
    complete(command).map(drop)
}

/// A child, and the watchdog that kills it when this process dies: a shell that waits for the end
/// of a pipe which only this process holds.
pub(crate) struct Running {
    child: Child,
    watchdog: Child,
    // Closed first: it ends the watchdog's wait.
    leash: Option<ChildStdin>,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    /// Starts `command`; its outputs are `folder/stdout-NAME-NTH` and `folder/stderr-NAME-NTH`.
    /// `folder` goes with this process.
    pub(crate) fn spawn(command: &mut Command, folder: &Path, name: &str) -> Result<Self> {
        let stdout = fresh(folder, &format!("stdout-{name}"))?;
        let stderr = fresh(folder, &format!("stderr-{name}"))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(stdout.0)
            .stderr(stderr.0)
            .spawn()
            .map_err(Trouble::in_trying(format_args!("{command:?}")))?;
        let watchdog = Command::new("sh")
            .args(["-c", WATCH])
            .arg(child.id().to_string())
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut watchdog = watchdog.inspect_err(|_| drop(child.kill()))?;
        Ok(Self {
            leash: watchdog.stdin.take(),
            child,
            watchdog,
            stdout: stdout.1,
            stderr: stderr.1,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        // An error would say that it is no child of ours.
        self.child.try_wait().ok().flatten()
    }

    /// Waits until `is_ready`; the trouble is what it printed.
    pub(crate) fn await_ready(
        &mut self,
        within: Duration,
        is_ready: impl Fn() -> bool,
    ) -> Result<()> {
        let begun = Instant::now();
        while !is_ready() {
            if self.ended().is_some() {
                return Err(self.log().into());
            }
            if begun.elapsed() > within {
                return Err(format!("not ready after {within:?}:\n{}", self.log()).into());
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until it has ended; how it did.
    pub(crate) fn await_end(&mut self, within: Duration) -> Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            if begun.elapsed() > within {
                return Err(format!("does not stop:\n{}", self.log()).into());
            }
            thread::sleep(LOOK);
        }
    }

    /// As a power cut would, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        // An error says that it is gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        run(Command::new("kill").args([format!("-{name}"), self.id().to_string()]))
    }

    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(&self.stdout).unwrap_or_default()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap_or_default()
    }

    /// The lines on standard error with these words, of all of it.
    pub(crate) fn lines_with(&self, words: &str) -> Vec<String> {
        let stderr = self.stderr();
        let found = stderr.lines().filter(|line| line.contains(words));
        found.map(str::to_owned).collect()
    }

    /// Both outputs, of standard error the end.
    pub(crate) fn log(&self) -> String {
        let stderr = self.stderr();
        let lines: Vec<&str> = stderr.lines().collect();
        let tail = lines
            .get(lines.len().saturating_sub(60)..)
            .unwrap_or_default();
        format!("{}\n{}", self.stdout(), tail.join("\n"))
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

/// The first file `NAME-1`, `NAME-2` and so on that is not there yet.
fn fresh(folder: &Path, name: &str) -> Result<(File, PathBuf)> {
    for nth in 1_u32.. {
        let path = folder.join(format!("{name}-{nth}"));
        match File::create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Trouble::in_trying(path.display())(error)),
        }
    }
    Err(format!("{name} is everywhere").into())
}
