//! `latchkey backup` and `latchkey restore`: what is copied is of one moment, whole, and comes back.

mod load;
mod refusals;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use latchkey_testing::Backend;
use latchkey_testing::backend::run;
use latchkey_testing::stack::{Output, Stack};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::house::{House, int, list, text};
use crate::wreck::ledger_is_whole;

/// Runs `latchkey backup` beside the house while the caller's tasks go on.
async fn backup(house: &Arc<House>, args: &[&str]) -> Output {
    let house = Arc::clone(house);
    let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        house.stack.command(&[&["backup"], &args[..]].concat(), "")
    })
    .await
    .unwrap()
}

/// A stack that has never started.
fn empty() -> Stack {
    Stack::on(Backend::Sqlite).bare()
}

fn path(place: &Path) -> &str {
    place.to_str().unwrap()
}

/// Restores a backup into a new folder.
#[track_caller]
fn restored(backup: &str) -> (Stack, Output) {
    let stack = empty();
    let output = stack.command(&["restore", backup], "");
    assert!(output.status.success(), "{output:?}");
    (stack, output)
}

/// What lies in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn manifest(backup: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(backup.join("manifest.json")).unwrap()).unwrap()
}

/// A stopped house in which somebody lives, and a backup of it.
async fn saved(args: &[&str]) -> (House, PathBuf) {
    let house = House::open(Stack::on(Backend::Sqlite).start()).await;
    house.person_named("ada-l").await;
    house.stack.terminate(Duration::from_secs(20));
    let place = house.stack.folder().join("saved");
    let output = house
        .stack
        .command(&[&["backup", path(&place)], args].concat(), "");
    assert_eq!(output.last_line(), path(&place));
    (house, place)
}

#[test]
fn a_backup_without_a_server_comes_back() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&["--with-keys"]).await;
        let databases = ["channels.db", "discord.db", "invitations.db"];
        let files = [&databases[..], &["manifest.json", "master.key", "users.db"]].concat();
        assert_eq!(names(&place), files);
        assert_eq!(mode(&place), 0o700);
        for name in files {
            assert_eq!(mode(&place.join(name)), 0o600, "{name}");
        }
        let manifest = manifest(&place);
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
        assert!(!list(&manifest["migrations"]["invitations"]).is_empty());
        let size = fs::metadata(place.join("users.db")).unwrap().len();
        assert_eq!(manifest["files"]["users.db"]["bytes"], json!(size));
        assert!(!text(&manifest, "made_at").is_empty());

        let (stack, output) = restored(path(&place));
        assert_eq!(output.last_line(), path(&stack.data_dir()));
        assert!(!output.stdout.contains("must be brought"), "{output:?}");
        for name in databases.iter().chain(&["users.db", "master.key"]) {
            assert_eq!(mode(&stack.data_dir().join(name)), 0o600, "{name}");
        }
        stack.start();
        assert_eq!(stack.link(), None, "there is a super user already");
        let copy = house.copied_to(stack);
        let invites = copy.root().invites().await.ok(200);
        assert_eq!(invites["invites"][0]["acceptedName"], "ada-l");
        copy.person_named("grace-h").await;
        ledger_is_whole(&copy);
    });
}

#[test]
fn without_the_key_it_says_that_it_must_be_brought() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&[]).await;
        assert!(!place.join("master.key").exists());
        let (stack, output) = restored(path(&place));
        assert!(output.stdout.contains("must be brought"), "{output:?}");
        let key = house.stack.data_dir().join("master.key");
        fs::copy(key, stack.data_dir().join("master.key")).unwrap();
        stack.start();
        let copy = house.copied_to(stack);
        let invites = copy.root().invites().await.ok(200);
        assert_eq!(list(&invites["invites"]).len(), 1);

        // Brought before the restore it is as good.
        let stack = empty();
        fs::create_dir(stack.data_dir()).unwrap();
        let key = house.stack.data_dir().join("master.key");
        fs::copy(key, stack.data_dir().join("master.key")).unwrap();
        let output = stack.command(&["restore", path(&place)], "");
        assert!(output.status.success(), "{output:?}");
        assert!(!output.stdout.contains("must be brought"), "{output:?}");
    });
}

#[test]
fn force_replaces_what_is_there() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&["--with-keys"]).await;
        house.stack.start();
        house.person_named("later").await;
        house.stack.kill();
        let output = house
            .stack
            .command(&["restore", "--force", path(&place)], "");
        assert!(output.status.success(), "{output:?}");
        house.stack.start();
        let users = house.stack.admin(&["user", "list"], "").stdout;
        assert!(
            users.contains("ada-l") && !users.contains("later"),
            "{users}"
        );
        ledger_is_whole(&house);
    });
}

#[test]
fn in_a_folder_that_is_there_it_gets_a_name_of_its_own() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, _) = saved(&[]).await;
        let shelf = house.stack.folder().join("shelf");
        fs::create_dir(&shelf).unwrap();
        let mut made = Vec::new();
        for _ in 0..2 {
            let output = house.stack.command(&["backup", path(&shelf)], "");
            made.push(PathBuf::from(output.last_line()));
        }
        assert_ne!(made[0], made[1]);
        for backup in made {
            assert_eq!(backup.parent(), Some(shelf.as_path()));
            restored(path(&backup));
        }
        assert_eq!(names(&shelf).len(), 2, "{:?}", names(&shelf));
    });
}

/// Whoever halts the writers and dies holds nobody up for long, and a backup does halt them.
#[test]
fn halted_writers_go_on_by_themselves() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let house = House::open(Stack::on(Backend::Sqlite).start()).await;
        let person = house.person().await;
        let channel = person.public_channel().await;
        let operator = reqwest::Client::builder()
            .unix_socket(house.stack.data_dir().join("admin.sock"))
            .tls_certs_only([])
            .build()
            .unwrap();
        let call = async |path: &str, body: &Value| {
            let url = format!("http://operator/operator/databases/{path}");
            operator.post(url).json(body).send().await.unwrap()
        };
        let before = person.all_messages(channel).await;
        let ticket: Value = call("halt", &json!(null)).await.json().await.unwrap();
        let saying = person.elsewhere();
        let mut said = JoinSet::new();
        said.spawn(async move { saying.say(channel, "waits").await.status });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(
            said.try_join_next().is_none(),
            "the writers were not halted"
        );
        // Reading goes on.
        assert_eq!(person.all_messages(channel).await, before);
        assert_eq!(said.join_all().await, [201]);
        assert_eq!(call("go", &ticket).await.status(), 503, "they had gone on");
        assert_eq!(call("go", &ticket).await.status(), 404);

        let ticket: Value = call("halt", &json!(null)).await.json().await.unwrap();
        assert!(int(&ticket, "number") > 0);
        assert_eq!(call("go", &ticket).await.status(), 200);
        person.says(channel, "at once").await;

        // A backup halts them too, so it waits for its turn.
        let ticket: Value = call("halt", &json!(null)).await.json().await.unwrap();
        let house = Arc::new(house);
        let mut backups = JoinSet::new();
        let beside = Arc::clone(&house);
        backups.spawn(async move { backup(&beside, &["saved"]).await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(backups.try_join_next().is_none(), "it did not halt them");
        drop(call("go", &ticket).await);
        for output in backups.join_all().await {
            assert_eq!(output.last_line(), "saved");
        }
    });
}
