//! Bad configuration: each stops the start with one clear sentence, or turns readiness red with one,
//! and `doctor` says the same.

mod cases;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use latchkey_testing::backend::run;
use latchkey_testing::postgres::LoginRole;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, one_process};

use self::cases::{EVERYWHERE, ON_POSTGRES, ON_SQLITE};
use crate::house::House;

/// Asks for exactly one sentence of ours with all these words.
#[track_caller]
fn one_sentence(what: &str, says: &[&str], printed: &str) {
    let ours = printed
        .lines()
        .filter(|line| line.starts_with("latchkey: "));
    let ours: Vec<&str> = ours.collect();
    let [sentence] = ours.as_slice() else {
        panic!("{what}: not one sentence: {printed}");
    };
    for words in says {
        assert!(sentence.contains(words), "{what}: {sentence}");
    }
    assert!(!printed.contains("panicked"), "{what}: {printed}");
}

async fn bad_configuration_ends_the_start_and_doctor_says_why(backend: Backend) {
    let own = match backend {
        Backend::Sqlite => ON_SQLITE,
        Backend::Postgres | Backend::Split => ON_POSTGRES,
    };
    for case in EVERYWHERE.iter().chain(own) {
        let stack = Stack::on(backend).prepare();
        assert!(stack.command(&["migrate"], "").status.success());
        let spoilt = (case.spoil)(&stack);
        one_sentence(case.what, case.says, &stack.start_refused());

        let doctor = stack.command(&["doctor"], "");
        assert!(!doctor.status.success(), "{}: {doctor:?}", case.what);
        let wrong = doctor
            .stdout
            .lines()
            .filter(|line| line.starts_with("WRONG"));
        let said: Vec<&str> = wrong.chain(doctor.stderr.lines()).collect();
        assert!(
            said.iter()
                .any(|line| case.says.iter().all(|words| line.contains(words))),
            "{}: {doctor:?}",
            case.what
        );
        // The database goes before a role that has rights in it.
        drop(stack);
        drop(spoilt);
    }
}

/// Started beside the first one, on other ports.
async fn a_second_process_is_refused(backend: Backend) {
    let stack = Stack::on(backend).start();
    let second = Stack::on(backend).bare();
    let what = match backend {
        Backend::Sqlite => {
            second.set_env("LATCHKEY_DATA_DIR", stack.data_dir().to_str());
            "another Latchkey process uses the data folder"
        }
        Backend::Postgres | Backend::Split => {
            for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
                let setting = format!("LATCHKEY_{service}__DATABASE_URL");
                second.set_env(&setting, Some(&stack.shared_database()));
            }
            let key = stack.data_dir().join("master.key");
            second.set_env("LATCHKEY_MASTER_KEY_FILE", key.to_str());
            "another Latchkey process uses this database"
        }
    };
    one_sentence("a second process", &[what], &second.start_refused());
    let doctor = second.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{doctor:?}");
    let wrong = doctor
        .stdout
        .lines()
        .filter(|line| line.starts_with("WRONG"));
    let wrong: Vec<&str> = wrong.collect();
    assert_eq!(wrong.len(), 1, "{doctor:?}");
    assert!(wrong[0].contains(what), "{doctor:?}");
    // The first one does not notice.
    assert!(stack.command(&["healthcheck"], "").status.success());
}

/// The start goes on, red, because everything that needs no key works; nothing is sealed.
async fn a_wrong_master_key_turns_readiness_red(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let stack = &house.stack;
    let kept = house.root().create_invite().await.ok(201);
    stack.terminate(Duration::from_secs(20));
    let other = "LATCHKEY_MASTER_KEY";
    stack.set_env(other, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let said = stack.start_unready();
    assert!(said.contains("the master key is not the one"), "{said}");
    let doctor = stack.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{doctor:?}");
    assert!(
        doctor.stdout.contains("the master key is not the one"),
        "{doctor:?}"
    );

    for call in [
        house.root().create_invite(),
        house
            .root()
            .post("/api/user/token", &serde_json::json!({"kind": "bearer"})),
    ] {
        let answer = call.await;
        answer.refused("service-unavailable");
        assert!(answer.retry_after() > 0, "{answer}");
    }
    for args in [&["invite", "create"][..], &["signing-key", "rotate"]] {
        let refused = stack.admin(args, "");
        assert!(!refused.status.success(), "{refused:?}");
        let said = "latchkey: the right master key is unavailable\n";
        assert_eq!(refused.stderr, said, "{args:?}");
    }
    drop(house.root().info().await.ok(200));

    stack.terminate(Duration::from_secs(20));
    stack.set_env(other, None);
    stack.start();
    let invites = house.root().invites().await.ok(200);
    let tokens = crate::house::list(&invites["invites"]);
    assert_eq!(tokens.len(), 1, "nothing was made meanwhile: {invites}");
    assert_eq!(tokens[0]["token"], kept["token"]);
    house.person().await;
}

/// It answers whoever reads.
async fn doctor_finds_a_database_that_takes_no_changes(backend: Backend) {
    let stack = Stack::on(backend).prepare();
    assert!(stack.command(&["migrate"], "").status.success());
    match backend {
        Backend::Sqlite => stack.set_env("LATCHKEY_DATABASE__SQLITE_MAX_BYTES", Some("4096")),
        Backend::Postgres | Backend::Split => {
            let url = stack.shared_database();
            let name = url.rsplit('/').next().unwrap();
            let close = format!("ALTER DATABASE \"{name}\" SET default_transaction_read_only = on");
            stack.sql(Service::Users, &close);
        }
    }
    let doctor = stack.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{doctor:?}");
    for service in ["users", "channels", "invitations", "discord"] {
        let said = format!("WRONG  the database of {service}: it answers, and takes no changes");
        assert!(doctor.stdout.contains(&said), "{service}: {doctor:?}");
    }
}

one_process!(
    bad_configuration_ends_the_start_and_doctor_says_why,
    doctor_finds_a_database_that_takes_no_changes,
    a_second_process_is_refused,
    a_wrong_master_key_turns_readiness_red,
);

/// The role that migrates must be allowed to, and says so in one sentence when it is not.
#[test]
fn a_role_that_may_not_create_cannot_migrate() {
    run(Backend::Postgres, module_path!(), |backend| async move {
        let stack = Stack::on(backend).bare();
        let role = LoginRole::create();
        let url = role.in_url(&stack.shared_database());
        for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
            stack.set_env(&format!("LATCHKEY_{service}__DATABASE_URL"), Some(&url));
        }
        let refused = stack.command(&["migrate"], "");
        assert!(!refused.status.success(), "{refused:?}");
        assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
        assert!(refused.stderr.contains("users: the role"), "{refused:?}");
        assert!(refused.stderr.contains("permission denied"), "{refused:?}");
        drop(stack);
    });
}

/// Not as root, to whom every folder is open.
#[test]
fn a_data_folder_that_may_not_be_written_is_told() {
    run(Backend::Sqlite, module_path!(), |backend| async move {
        let stack = Stack::on(backend).bare();
        let above = stack.folder().join("shut");
        fs::create_dir(&above).unwrap();
        fs::set_permissions(&above, fs::Permissions::from_mode(0o500)).unwrap();
        if fs::write(above.join("probe"), "").is_ok() {
            return;
        }
        stack.set_env("LATCHKEY_DATA_DIR", above.join("data").to_str());
        let start = stack.start_refused();
        assert!(start.contains("cannot make the data folder"), "{start}");
        let doctor = stack.command(&["doctor"], "");
        assert!(
            doctor.stdout.contains("cannot make the data folder"),
            "{doctor:?}"
        );
    });
}
