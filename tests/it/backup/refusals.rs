//! What backup and restore refuse, in one sentence and without having changed anything.

use std::fs;
use std::time::Duration;

use latchkey_testing::Backend;
use latchkey_testing::backend::run;
use latchkey_testing::stack::{Output, Stack};
use serde_json::json;

use super::{empty, manifest, names, path, saved};

/// Asks for failure with one sentence on standard error that has `word` in it.
#[track_caller]
fn refused(output: &Output, word: &str) {
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(output.stderr.lines().count(), 1, "{output:?}");
    assert!(output.stderr.contains(word), "{output:?}");
}

#[test]
fn the_folder_of_a_running_server() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&[]).await;
        house.stack.start();
        for args in [&["restore"][..], &["restore", "--force"]] {
            let args = [args, &[path(&place)]].concat();
            refused(&house.stack.command(&args, ""), "stop it first");
        }
        house.person().await;
    });
}

#[test]
fn a_folder_with_something_in_it() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&["--with-keys"]).await;
        let stopped = house.stack.command(&["restore", path(&place)], "");
        refused(&stopped, "users.db is there already");
        for name in ["notes.txt", "master.key"] {
            let stack = empty();
            fs::create_dir(stack.data_dir()).unwrap();
            fs::write(stack.data_dir().join(name), "mine").unwrap();
            let output = stack.command(&["restore", path(&place)], "");
            refused(&output, name);
            assert_eq!(names(&stack.data_dir()), ["latchkey.lock", name]);
            let kept = fs::read_to_string(stack.data_dir().join(name)).unwrap();
            assert_eq!(kept, "mine");
        }
    });
}

#[test]
fn what_is_no_whole_backup() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (_house, place) = saved(&["--with-keys"]).await;
        let stack = empty();
        let restore = || stack.command(&["restore", path(&place)], "");
        let good = manifest(&place);
        let rewrite = |manifest: &serde_json::Value| {
            fs::write(place.join("manifest.json"), manifest.to_string()).unwrap();
        };

        let mut newer = good.clone();
        newer["format"] = json!(2);
        newer["version"] = json!("9.0.0");
        rewrite(&newer);
        refused(&restore(), "9.0.0, which is newer");
        let mut newer = good.clone();
        let migrations = newer["migrations"]["channels"].as_array_mut().unwrap();
        migrations.push(json!("29990101000000"));
        rewrite(&newer);
        refused(&restore(), "29990101000000 of channels");
        let mut partial = good.clone();
        partial["files"].as_object_mut().unwrap().remove("users.db");
        rewrite(&partial);
        refused(&restore(), "no users.db");
        fs::write(place.join("manifest.json"), "{").unwrap();
        refused(&restore(), "is no backup");
        fs::remove_file(place.join("manifest.json")).unwrap();
        refused(&restore(), "is no backup");
        rewrite(&good);

        let file = place.join("channels.db");
        let whole = fs::read(&file).unwrap();
        let mut bent = whole.clone();
        let middle = bent.len() / 2;
        bent[middle] ^= 1;
        fs::write(&file, &bent).unwrap();
        refused(&restore(), "channels.db is damaged");
        fs::write(&file, &whole[..middle]).unwrap();
        refused(&restore(), "channels.db is damaged");
        fs::remove_file(&file).unwrap();
        refused(&restore(), "channels.db");
        fs::write(&file, &whole).unwrap();
        assert_eq!(names(&stack.data_dir()), ["latchkey.lock"]);
        assert!(restore().status.success());
    });
}

#[test]
fn a_backup_that_fails_leaves_nothing() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&[]).await;
        let stack = &house.stack;
        refused(&stack.command(&["backup", "no/such/place"], ""), "no/such");
        let file = path(&place.join("users.db")).to_owned();
        refused(&stack.command(&["backup", &file], ""), "is a file");
        let never = empty();
        refused(&never.command(&["backup", "x"], ""), "nothing to back up");
        assert!(!never.data_dir().exists());

        let database = stack.data_dir().join("discord.db");
        let mut bytes = fs::read(&database).unwrap();
        let end = bytes.len() - 4096;
        bytes[end..].fill(0x5a);
        fs::write(&database, &bytes).unwrap();
        let before = names(stack.folder());
        let output = stack.command(&["backup", "broken"], "");
        refused(&output, "database file is unavailable");
        assert_eq!(names(stack.folder()), before);
    });
}

#[test]
fn a_folder_that_is_a_backup_already() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&[]).await;
        let before = names(&place);
        let again = house.stack.command(&["backup", path(&place)], "");
        refused(&again, "holds a backup already");
        assert_eq!(names(&place), before);
    });
}

#[test]
fn a_restore_that_broke_off_is_not_started_upon() {
    run(Backend::Sqlite, module_path!(), |_| async {
        let (house, place) = saved(&["--with-keys"]).await;
        let stack = &house.stack;
        fs::write(stack.data_dir().join("restore.unfinished"), "").unwrap();
        let said = stack.try_start().unwrap_err();
        assert!(said.contains("did not finish"), "{said}");
        let doctor = stack.command(&["doctor"], "");
        assert!(!doctor.status.success());
        assert!(doctor.stdout.contains("did not finish"), "{doctor:?}");
        let again = stack.command(&["restore", "--force", path(&place)], "");
        assert!(again.status.success(), "{again:?}");
        stack.start();
        house.person().await;
        house.stack.terminate(Duration::from_secs(20));
    });
}

#[test]
fn databases_on_postgresql() {
    run(Backend::Postgres, module_path!(), |backend| async move {
        let stack = Stack::on(backend).prepare();
        for args in [&["backup", "saved"], &["restore", "saved"]] {
            let output = stack.command(args, "");
            refused(&output, "pg_dump and pg_restore");
        }
        assert!(!stack.folder().join("saved").exists());
    });
}
