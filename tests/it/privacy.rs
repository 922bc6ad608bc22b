//! What is in the memory of our programs stays there: no core is written, and no other process of the same account
//! looks in.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, binary, one_process};

use crate::split::split;

split!(no_service_leaves_a_core);
one_process!(one_process_leaves_no_core);

/// An account that owns nothing.
const NOBODY: u32 = 65_534;

/// How long a program may take to begin.
const BEGINS: Duration = Duration::from_secs(20);

#[track_caller]
fn leaves_no_core(process: u32) {
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.contains("core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(words.get(4..6), Some(["0", "0"].as_slice()), "{core:?}");
}

async fn no_service_leaves_a_core() {
    let stack = Stack::on(Backend::Split).start();
    for service in Service::ALL {
        let process = stack.split().process(Part::Service(service, 0));
        leaves_no_core(process.unwrap());
    }
}

async fn one_process_leaves_no_core(backend: Backend) {
    let stack = Stack::on(backend).start();
    leaves_no_core(stack.process());
}

/// The command as an account that is not the administrator's, which may look into everything.
fn of_nobody(command: Command) -> Command {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return command;
    }
    let mut lowered = Command::new("setpriv");
    let nobody = NOBODY.to_string();
    lowered
        .args([
            "--reuid",
            &nobody,
            "--regid",
            &nobody,
            "--clear-groups",
            "--",
        ])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => lowered.env(name, value),
            None => lowered.env_remove(name),
        };
    }
    lowered
}

/// A folder of the account that the programs run as, with `latchkey` in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = binary::latchkey().unwrap();
    fs::copy(program.get_program(), folder.path().join("latchkey")).unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    folder
}

fn latchkey(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Child {
    let mut command = Command::new(folder.join("latchkey"));
    binary::without_settings(&mut command);
    command
        .args(args)
        .env("LATCHKEY_DATA_DIR", folder.join("data"))
        .env("LATCHKEY_LISTEN", "127.0.0.1:0")
        .env("LATCHKEY_INTERNAL_LISTEN", "127.0.0.1:0")
        .envs(env.iter().copied());
    let mut command = of_nobody(command);
    command
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

/// How many of two files another process of the same account may read: what the program was started with, and its
/// memory's map. They are read one after the other, so one may be read just before the program closes itself.
fn files_seen(process: u32) -> usize {
    let seen = ["environ", "maps"].map(|file| {
        let mut look = Command::new("cat");
        look.arg(format!("/proc/{process}/{file}"));
        let seen = of_nobody(look).stderr(Stdio::null()).output().unwrap();
        seen.status.success() && !seen.stdout.is_empty()
    });
    seen.into_iter().filter(|seen| *seen).count()
}

fn may_be_seen(process: u32) -> bool {
    files_seen(process) == 2
}

/// Until the process is the program, and has begun.
fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < BEGINS, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_closed(process: u32) -> bool {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap();
    name.trim() == "latchkey" && files_seen(process) == 0
}

#[test]
fn no_other_process_of_the_account_looks_in() {
    let folder = folder();
    let socket = folder.path().join("data/admin.sock");
    let mut server = latchkey(folder.path(), &["serve"], &[]);
    until("the server begins", || socket.exists());
    assert!(is_closed(server.id()), "the server");
    leaves_no_core(server.id());

    // A command that waits for a password on its standard input.
    let create = ["admin", "user", "create", "anna", "--password-stdin"];
    let mut command = latchkey(folder.path(), &create, &[]);
    until("the command is closed", || is_closed(command.id()));
    leaves_no_core(command.id());
    drop(command.stdin.take());
    command.wait().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    fs::remove_file(&socket).unwrap_or_default();

    // Whoever has to may say that they may.
    let open = [("LATCHKEY_SERVER__MAY_BE_TRACED", "true")];
    let mut server = latchkey(folder.path(), &["serve"], &open);
    until("the server is open", || {
        may_be_seen(server.id()) && socket.exists()
    });
    until("the server stays open", || may_be_seen(server.id()));
    leaves_no_core(server.id());
    server.kill().unwrap();
    server.wait().unwrap();
}
