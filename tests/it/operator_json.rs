//! What programs read: every answer is one JSON value, a time has one form, and the manual and completions are made of
//! the words of the command line.

use std::process::Command;

use latchkey_contracts::v1::times::time;
use latchkey_testing::binary;
use latchkey_testing::stack::{Output, Stack};
use latchkey_testing::{Backend, Service, every_shape, one_process};
use serde_json::Value;

use crate::house::{house, text, unique};

/// The answer, which is one value and nothing beside it.
#[track_caller]
fn value(words: &[&str], output: &Output) -> Value {
    assert!(output.status.success(), "{words:?}: {output:?}");
    let value = serde_json::from_str(&output.stdout);
    let value: Value = value.unwrap_or_else(|error| panic!("{words:?}: {error}: {output:?}"));
    assert!(value.is_object(), "{words:?}: {value}");
    have_one_form(words, &value);
    value
}

/// RFC 3339 in UTC with milliseconds, wherever a time stands.
#[track_caller]
fn have_one_form(words: &[&str], value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let is_time = name.ends_with("_at") || name.ends_with("_since");
                if let (true, Some(at)) = (is_time, member.as_str()) {
                    let is_whole = at.len() == 24 && at.ends_with('Z') && time(at).is_some();
                    assert!(is_whole, "{words:?}: {name}: {at}");
                } else {
                    assert!(!is_time || member.is_null(), "{words:?}: {name}: {member}");
                    have_one_form(words, member);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|one| have_one_form(words, one)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

async fn every_answer_is_one_value(backend: Backend) {
    let house = house(backend);
    let (person, made) = (house.person().await, unique("made"));
    let name = person.name.as_str();
    for words in [
        &["config"][..],
        &["doctor", "--ledger"],
        &["routes"],
        &["routes", "--http-routes"],
        &["plan"],
        &["admin", "user", "create", "--username", &made],
        &["admin", "user", "list"],
        &["admin", "user", "show", name],
        &["admin", "user", "uuid", name],
        &["admin", "user", "set-email", name, "an@example.org"],
        &["admin", "user", "set-password", &made],
        &["admin", "user", "lock", &made],
        &["admin", "token", "bearer", name],
        &["admin", "token", "rds-session", name],
        &["admin", "token", "api", name, "--scopes", "invite:read"],
        &["admin", "signing-key", "list"],
        &["admin", "key", "choir"],
        &["admin", "key", "list"],
        &["admin", "choir", "whitelist", name],
        &["admin", "invite", "create"],
        &["admin", "invite", "list"],
        &["admin", "invite", "tree", name],
    ] {
        let before = house.stack.command(&[&["--json"], words].concat(), "");
        drop(value(words, &before));
        if !words.contains(&"create") {
            let behind = house.stack.command(&[words, &["--json"]].concat(), "");
            drop(value(words, &behind));
        }
    }
    let service = ["--json", "config"];
    drop(value(
        &service,
        &house.stack.command_at(Service::Users, &service),
    ));
}

async fn commands_that_need_no_server_speak_json_too(backend: Backend) {
    let stack = Stack::on(backend).bare();
    let migrated = stack.command(&["migrate", "--json"], "");
    let migrated = value(&["migrate"], &migrated);
    assert!(migrated["migrations"]["users"].is_u64(), "{migrated}");
    stack.start();
    let health = stack.command(&["healthcheck", "--json"], "");
    assert_eq!(value(&["healthcheck"], &health)["is_ready"], true);
    let folder = stack.folder().join("keys");
    let folder = folder.to_str().unwrap();
    for has_made in [true, false] {
        let words = ["secrets", "--json", "--dir", folder];
        let made = value(&words, &stack.command(&words, ""));
        assert_eq!(made["made"][0].is_string(), has_made, "{made}");
    }
    if backend == Backend::Sqlite {
        let saved = stack.folder().join("saved");
        let words = ["backup", "--json", saved.to_str().unwrap()];
        let backup = value(&words, &stack.command(&words, ""));
        assert_eq!(text(&backup, "path"), saved.to_str().unwrap());
        assert_eq!(backup["has_master_key"], false);
        stack.set_env("LATCHKEY_DATA_DIR", Some("elsewhere"));
        let words = ["restore", "--json", saved.to_str().unwrap()];
        let restored = value(&words, &stack.command(&words, ""));
        assert!(restored["missing_key"].is_string(), "{restored}");
    }
}

/// Runs the program where nothing is.
#[track_caller]
fn bare(words: &[&str]) -> String {
    let output = Command::new(binary::latchkey().unwrap().get_program())
        .args(words)
        .output()
        .expect("latchkey runs");
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_manual_says_what_the_command_line_says() {
    let page = bare(&["man", "admin", "user", "lock"]);
    assert!(page.contains(".SH SYNOPSIS"), "{page}");
    assert!(page.contains("Shut somebody out"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let made = bare(&["man", "--dir", folder.path().to_str().unwrap()]);
    for name in [
        "latchkey",
        "latchkey-doctor",
        "latchkey-admin-invite-revoke",
    ] {
        let path = folder.path().join(format!("{name}.1"));
        assert!(made.contains(path.to_str().unwrap()), "{made}");
        assert!(std::fs::read_to_string(path).unwrap().contains(".TH"));
    }
    assert!(
        !folder.path().join("latchkey-plan.1").exists(),
        "it is for scripts"
    );
    let unknown = Command::new(binary::latchkey().unwrap().get_program())
        .args(["man", "admin", "cook"])
        .output();
    let said = String::from_utf8(unknown.unwrap().stderr).unwrap();
    assert!(said.contains("no command `latchkey admin cook`"), "{said}");
}

#[test]
fn shells_complete_the_words() {
    for (shell, sign) in [
        ("bash", "complete -F _latchkey"),
        ("zsh", "#compdef latchkey"),
        ("fish", "complete -c latchkey"),
    ] {
        let text = bare(&["completions", shell]);
        assert!(text.contains(sign) && text.contains("revoke"), "{shell}");
    }
    // What shells are handed they can read.
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("latchkey.bash");
    std::fs::write(&script, bare(&["completions", "bash"])).unwrap();
    let read = Command::new("bash").arg("-n").arg(&script).status();
    assert!(read.unwrap().success());
}

every_shape!(every_answer_is_one_value,);

one_process!(commands_that_need_no_server_speak_json_too,);
