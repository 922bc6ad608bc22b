//! `latchkey admin …`, beside the running server and without it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use latchkey_testing::chat::Chat;
use latchkey_testing::stack::{Stack, token_of};
use latchkey_testing::{Backend, every_shape, one_process};
use serde_json::Value;

use crate::house::{House, PASSWORD, ends, house, int, unique};

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

async fn accounts_are_made_beside_the_server(backend: Backend) {
    let house = house(backend);
    let name = unique("made");
    let create = ["user", "create", "--username", &name, "--password-stdin"];
    // A final newline is no part of the password.
    drop(house.stack.admin(&create, "typed by hand\n").last_line());
    let chat = house.nobody().signed_in(&name, "typed by hand").await;
    let id = int(&chat.info().await.ok(200), "userId");
    let uuid = house.stack.admin(&["user", "uuid", &name], "").last_line();
    assert!(is_uuid(&uuid), "{uuid}");
    let shown = house.stack.admin(&["user", "show", &name], "");
    assert!(shown.status.success(), "{shown:?}");
    for part in [&name, &uuid, &id.to_string()] {
        assert!(shown.stdout.contains(part.as_str()), "{part}: {shown:?}");
    }
    let json = house
        .stack
        .admin(&["--json", "user", "show", &name], "")
        .stdout;
    let json: Value = serde_json::from_str(&json).expect("all of it is JSON");
    assert!(json.to_string().contains(&uuid), "{json}");
    let everybody = house.stack.admin(&["user", "list"], "");
    assert!(everybody.stdout.contains(&name), "{everybody:?}");
    let twice = house.stack.admin(&create, "typed by hand\n");
    assert!(
        !twice.status.success() && !twice.stderr.is_empty(),
        "{twice:?}"
    );
}

async fn a_lock_ends_everything_at_once(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut stream = person.listen().await;
    drop(
        house
            .stack
            .admin(&["user", "lock", &person.name], "")
            .last_line(),
    );
    ends(backend, &person).await;
    stream.end(Duration::from_secs(5)).await;
    let login = house.nobody().login(&person.name, PASSWORD).await;
    login.refused("invalid-credentials");
    drop(
        house
            .stack
            .admin(&["user", "unlock", &person.name], "")
            .last_line(),
    );
    drop(house.nobody().login(&person.name, PASSWORD).await.ok(200));
}

async fn a_set_password_replaces_the_old_one(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let set = ["user", "set-password", &person.name, "--password-stdin"];
    let weak = house.stack.admin(&set, "short");
    assert!(!weak.status.success(), "{weak:?}");
    drop(house.nobody().login(&person.name, PASSWORD).await.ok(200));
    drop(house.stack.admin(&set, "set by operator\n").last_line());
    let old = house.nobody().login(&person.name, PASSWORD).await;
    old.refused("invalid-credentials");
    drop(
        house
            .nobody()
            .login(&person.name, "set by operator")
            .await
            .ok(200),
    );
    ends(backend, &person).await;
}

async fn mistakes_are_told(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let unknown = unique("nobody");
    let (email, other) = (
        format!("{}@example.org", person.name),
        house.person().await.name,
    );
    for verb in ["promote", "demote", "promote"] {
        drop(
            house
                .stack
                .admin(&["user", verb, &person.name], "")
                .last_line(),
        );
    }
    drop(
        house
            .stack
            .admin(&["user", "set-email", &person.name, &email], "")
            .last_line(),
    );
    let upper = email.to_uppercase();
    for args in [
        vec!["user", "show", &unknown],
        vec!["user", "uuid", &unknown],
        vec!["user", "lock", &unknown],
        vec!["user", "set-email", &other, &email],
        vec!["user", "set-email", &other, &upper],
        vec!["user", "create", "--username", "abc", "--password-stdin"],
        vec![
            "user",
            "create",
            "--username",
            "b@d-name",
            "--password-stdin",
        ],
        vec!["invite", "create", "--uses", "0"],
        vec!["invite", "create", "--uses", "x"],
        vec!["invite", "show", "99999999999"],
        vec!["invite", "tree", &unknown],
        vec!["no", "such", "command"],
    ] {
        let output = house.stack.admin(&args, "long enough\n");
        assert!(!output.status.success(), "{args:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

async fn commands_work_without_the_server(backend: Backend) {
    let stack = Stack::on(backend).bare();
    // It makes folder, key and (SQLite) tables.
    assert!(stack.command(&["migrate"], "").status.success());
    let create = [
        "user",
        "create",
        "--username",
        "early",
        "--super-user",
        "--password-stdin",
    ];
    drop(stack.admin(&create, PASSWORD).last_line());
    assert!(is_uuid(
        &stack.admin(&["user", "uuid", "early"], "").last_line()
    ));
    let key = std::fs::metadata(stack.data_dir().join("master.key")).expect("a master key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(key.len() > 0, key.is_file());
    let link = stack.admin(&["invite", "create"], "").last_line();
    let health = stack.command(&["healthcheck"], "");
    assert!(!health.status.success(), "{health:?}");
    stack.start();
    assert_eq!(stack.link(), None, "a super user exists");
    assert!(stack.command(&["healthcheck"], "").status.success());
    let chat = Chat::at(&stack.base());
    let early = chat.signed_in("early", PASSWORD).await;
    drop(early.info().await.ok(200));
    let token = token_of(&link).unwrap();
    drop(chat.create_user("later", PASSWORD, &token).await.ok(201));
    stack.kill();
    drop(stack.admin(&["user", "lock", "later"], "").last_line());
    stack.start();
    let locked = Chat::at(&stack.base()).login("later", PASSWORD).await;
    locked.refused("invalid-credentials");
}

/// A socket's address holds some hundred bytes.
async fn the_data_folder_may_lie_deep(backend: Backend) {
    let stack = Stack::on(backend).bare();
    let deep = ["folder"; 30]
        .iter()
        .fold(stack.folder().to_owned(), |above, name| above.join(name));
    stack.set_env("LATCHKEY_DATA_DIR", deep.to_str());
    let create = ["user", "create", "--username", "early"];
    assert!(stack.command(&["migrate"], "").status.success());
    drop(stack.admin(&create, "").last_line());
    stack.start();
    let beside = stack.admin(&["user", "uuid", "early"], "");
    assert!(is_uuid(&beside.last_line()), "{beside:?}");
    let doctor = stack.command(&["doctor", "--ledger"], "");
    assert!(doctor.status.success(), "{doctor:?}");
    assert!(deep.join("admin.sock").exists());
    stack.terminate(Duration::from_secs(20));
    assert!(!deep.join("admin.sock").exists());
}

async fn settings_and_their_faults_are_shown(backend: Backend) {
    let house = house(backend);
    let config = house.stack.command(&["config"], "");
    assert!(config.status.success(), "{config:?}");
    assert!(config.stdout.contains("rate_limits"), "{config:?}");
    let doctor = house.stack.command(&["doctor"], "");
    assert!(doctor.status.success(), "{doctor:?}");
    for (name, value) in [
        ("NO_SUCH_SETTING", "1"),
        ("RATE_LIMITS", "maybe"),
        ("MASTER_KEY", "short"),
        ("INVITATIONS__JOB_BATCH", "0"),
        ("DATA_DIR", "/dev/null/x"),
    ] {
        let stack = Stack::on(Backend::Sqlite).prepare();
        stack.set_env(&format!("LATCHKEY_{name}"), Some(value));
        let refused = stack
            .try_start()
            .expect_err("an unknown setting is refused");
        assert!(
            refused
                .to_lowercase()
                .contains(&name.to_lowercase().replace("__", ".")),
            "{refused}"
        );
        drop(stack);
    }
}

async fn another_master_key_is_found_out(backend: Backend) {
    let stack = Stack::on(backend).start();
    assert!(stack.terminate(Duration::from_secs(30)).success());
    let other = "LATCHKEY_MASTER_KEY";
    stack.set_env(other, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let doctor = stack.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{doctor:?}");
    assert!(doctor.stdout.contains("WRONG  invitations: the master key"));
    stack.set_env(other, None);
    let doctor = stack.command(&["doctor"], "");
    assert!(doctor.status.success(), "{doctor:?}");
}

async fn what_is_not_migrated_is_told(backend: Backend) {
    let stack = Stack::on(backend).bare();
    let doctor = stack.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{doctor:?}");
    assert!(
        doctor.stdout.contains("no installation is in"),
        "{doctor:?}"
    );
    if backend == Backend::Sqlite {
        stack.start();
        return;
    }
    let refused = stack.try_start().expect_err("serving needs `migrate`");
    for said in [doctor.stdout, refused] {
        assert!(said.contains("have not run"), "{said}");
        assert!(said.contains("`latchkey migrate`"), "{said}");
    }
    assert!(stack.command(&["migrate"], "").status.success());
    stack.start();
}

async fn settled_uses_agree_with_people(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let (owner, guest) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    owner.lets_in(id, &guest, &["read"]).await;
    crate::wreck::ledger_is_whole(&house);
}

async fn an_answer_that_nobody_reads_is_no_trouble(backend: Backend) {
    let house = house(backend);
    for args in [&["admin", "user", "list"][..], &["config"], &["doctor"]] {
        let (status, said) = house.stack.unheard(args);
        assert!(
            status.success() && !said.contains("panicked"),
            "{args:?}: {said}"
        );
    }
}

/// In a container of the operator's it is what runs.
#[test]
fn waiting_ends_when_that_is_asked_for() {
    let mut command = latchkey_testing::binary::latchkey().unwrap();
    let mut child = command
        .arg("wait")
        .stdout(Stdio::piped())
        .spawn()
        .expect("latchkey runs");
    let mut said = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut said).unwrap();
    assert!(said.starts_with("Waiting"), "{said}");
    assert!(child.try_wait().unwrap().is_none(), "it waits");
    let pid = child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(asked.unwrap().success());
    assert!(child.wait().unwrap().success());
}

every_shape!(
    an_answer_that_nobody_reads_is_no_trouble,
    accounts_are_made_beside_the_server,
    a_lock_ends_everything_at_once,
    a_set_password_replaces_the_old_one,
    mistakes_are_told,
    settings_and_their_faults_are_shown,
    settled_uses_agree_with_people,
);

one_process!(
    the_data_folder_may_lie_deep,
    commands_work_without_the_server,
    another_master_key_is_found_out,
    what_is_not_migrated_is_told,
);
