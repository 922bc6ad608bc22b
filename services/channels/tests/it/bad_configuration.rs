//! Bad configuration of a service that is a process of its own: each ends the start with one clear
//! sentence, and `doctor` says the same. What every service shares is shown by this one.

mod cases;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::TcpListener;
use std::process::{Child, Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use latchkey_common::rpc::KeyPair;
use latchkey_testing::Backend;
use latchkey_testing::backend::run;
use latchkey_testing::postgres::Database;
use tempfile::TempDir;

use self::cases::CASES;

/// How long a start may take to end, or to listen.
const START: Duration = Duration::from_secs(30);

/// The service with settings that are good, until somebody spoils them.
struct Channels {
    env: BTreeMap<&'static str, String>,
    database: Database,
    folder: TempDir,
}

impl Channels {
    fn migrated() -> Self {
        let database = Database::create();
        let (own, users, invitations) = (pair(), pair(), pair());
        let env = [
            ("LATCHKEY_PUBLIC_URL", "https://chat.example".to_owned()),
            ("LATCHKEY_LISTEN", free_address()),
            ("LATCHKEY_INTERNAL_LISTEN", free_address()),
            ("LATCHKEY_CHANNELS__DATABASE_URL", database.url()),
            (
                "LATCHKEY_USERS__INTERNAL_URL",
                "http://127.0.0.1:9".to_owned(),
            ),
            ("LATCHKEY_SERVICE_KEY", own.private.expose().to_owned()),
            ("LATCHKEY_CHANNELS__PUBLIC_KEY", own.public),
            ("LATCHKEY_USERS__PUBLIC_KEY", users.public),
            ("LATCHKEY_INVITATIONS__PUBLIC_KEY", invitations.public),
            ("LATCHKEY_OPERATOR_KEY", "o".repeat(40)),
        ];
        let channels = Self {
            env: env.into(),
            database,
            folder: tempfile::tempdir().unwrap(),
        };
        let migrated = channels.output("migrate");
        assert!(migrated.status.success(), "{migrated:?}");
        channels
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey-channels"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LATCHKEY_") {
                command.env_remove(name);
            }
        }
        command
            .arg(word)
            .current_dir(self.folder.path())
            .envs(&self.env);
        command
    }

    fn output(&self, word: &str) -> Output {
        self.command(word).output().unwrap()
    }

    /// Starts it and waits until it has said `until`, or, if that is nothing, has failed; what it
    /// printed.
    fn serve(&self, until: Option<&str>) -> String {
        let printed = self.folder.path().join("printed");
        let file = File::create(&printed).unwrap();
        let mut command = self.command("serve");
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let mut child = Killed(command.spawn().unwrap());
        let begun = Instant::now();
        loop {
            let ended = child.0.try_wait().unwrap();
            let said = fs::read_to_string(&printed).unwrap();
            match until {
                Some(words) if said.contains(words) => return said,
                None if ended.is_some_and(|status| !status.success()) => return said,
                _ => {}
            }
            assert!(ended.is_none() && begun.elapsed() < START, "{said}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A child that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn pair() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn good_settings_start() {
    run(Backend::Postgres, module_path!(), |_| async {
        let channels = Channels::migrated();
        let said = channels.serve(Some("listens on"));
        assert!(!said.contains("latchkey-channels: "), "{said}");
    });
}

#[test]
fn bad_configuration_ends_the_start_and_doctor_says_why() {
    run(Backend::Postgres, module_path!(), |_| async {
        let good = Channels::migrated().output("doctor");
        let good = String::from_utf8(good.stdout).unwrap();
        for case in CASES {
            let mut channels = Channels::migrated();
            let spoilt = (case.spoil)(&mut channels);
            let fits = |line: &str| case.says.iter().all(|words| line.contains(words));
            assert!(!good.lines().any(fits), "{}: {good}", case.what);

            let said = channels.serve(None);
            let is_ours = |line: &&str| line.starts_with("latchkey-channels: ");
            let ours: Vec<&str> = said.lines().filter(is_ours).collect();
            assert_eq!(ours.len(), 1, "{}: {said}", case.what);
            assert!(fits(ours[0]), "{}: {said}", case.what);

            let doctor = channels.output("doctor");
            assert!(!doctor.status.success(), "{}: {doctor:?}", case.what);
            let told = String::from_utf8([doctor.stdout, doctor.stderr].concat()).unwrap();
            let is_trouble = |line: &&str| line.starts_with("WRONG") || is_ours(line);
            assert!(
                told.lines().filter(is_trouble).any(fits),
                "{}: {told}",
                case.what
            );
            // The database goes before a role that has rights in it.
            drop(channels);
            drop(spoilt);
        }
    });
}
