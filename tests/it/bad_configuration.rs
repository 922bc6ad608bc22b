//! Bad configuration: each stops the start with one clear sentence, or turns readiness red with one,
//! and `doctor` says the same.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use latchkey_testing::backend::run;
use latchkey_testing::postgres::LoginRole;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, one_process};

use crate::house::House;

/// Something that keeps the program from starting.
struct Case {
    /// What is wrong, for whoever reads a failure.
    what: &'static str,
    /// A migrated stack that does not run, before anything is wrong.
    spoil: fn(&Stack) -> Box<dyn Send>,
    /// Words of the sentence that the start ends with, and of what `doctor` says.
    says: &'static [&'static str],
}

/// What must live as long as a case: nothing.
fn nothing() -> Box<dyn Send> {
    Box::new(())
}

/// Takes a port away; the setting names it as it stands.
fn occupy(address: &str) -> Box<dyn Send> {
    let address = address.trim_start_matches("http://");
    Box::new(TcpListener::bind(address).expect("a free port"))
}

/// On either database.
const EVERYWHERE: &[Case] = &[
    Case {
        what: "a database that a newer version has migrated",
        spoil: |stack| {
            stack.sql(
                Service::Channels,
                "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')",
            );
            nothing()
        },
        says: &["channels: a newer Latchkey", "29990101000000"],
    },
    Case {
        what: "the public port is in use",
        spoil: |stack| occupy(&stack.base()),
        says: &["127.", ":8080", "in use"],
    },
    Case {
        what: "the internal port is in use",
        spoil: |stack| occupy(&stack.internal()),
        says: &["127.", ":9090", "in use"],
    },
    Case {
        what: "an unknown setting",
        spoil: |stack| {
            stack.set_env("LATCHKEY_USERS__DATABASE_ULR", Some("sqlite://x"));
            nothing()
        },
        says: &["unknown setting LATCHKEY_USERS__DATABASE_ULR"],
    },
    Case {
        what: "an unknown setting in the file",
        spoil: |stack| {
            let file = stack.folder().join("latchkey.toml");
            fs::write(file, "[server]\nwokers = 2\n").unwrap();
            nothing()
        },
        says: &["unknown setting server.wokers", "latchkey.toml"],
    },
    Case {
        what: "a configuration file that is not there",
        spoil: |stack| {
            stack.set_env("LATCHKEY_CONFIG", Some("none.toml"));
            nothing()
        },
        says: &["none.toml: No such file"],
    },
    Case {
        what: "a value of another kind",
        spoil: |stack| {
            stack.set_env("LATCHKEY_SERVER__WORKERS", Some("many"));
            nothing()
        },
        says: &["server.workers (variable LATCHKEY_SERVER__WORKERS) must be"],
    },
    Case {
        what: "a secret's file that is not there",
        spoil: |stack| {
            stack.set_env("LATCHKEY_MASTER_KEY_FILE", Some("none.key"));
            nothing()
        },
        says: &["none.key: No such file"],
    },
    Case {
        what: "a secret's file that is a folder",
        spoil: |stack| {
            let folder = stack.folder().to_str().unwrap();
            stack.set_env("LATCHKEY_DISCORD__BOT_TOKEN_FILE", Some(folder));
            nothing()
        },
        says: &["Is a directory"],
    },
    Case {
        what: "a secret with and without _FILE",
        spoil: |stack| {
            stack.set_env("LATCHKEY_MASTER_KEY", Some("x"));
            stack.set_env("LATCHKEY_MASTER_KEY_FILE", Some("x"));
            nothing()
        },
        says: &["master_key", "is given twice"],
    },
    Case {
        what: "a master key that is none",
        spoil: |stack| {
            stack.set_env("LATCHKEY_MASTER_KEY", Some("c2hvcnQ="));
            nothing()
        },
        says: &["the master key must be 32 bytes as base64"],
    },
    Case {
        what: "a database URL of another kind",
        spoil: |stack| {
            stack.set_env("LATCHKEY_USERS__DATABASE_URL", Some("mysql://h/d"));
            nothing()
        },
        says: &["users.database_url", "begins with sqlite:// or postgres://"],
    },
    Case {
        what: "a PostgreSQL that is not there",
        spoil: |stack| {
            let url = "postgres://nobody@127.0.0.1:9/none";
            stack.set_env("LATCHKEY_INVITATIONS__DATABASE_URL", Some(url));
            nothing()
        },
        says: &["invitations: database is unavailable", "refused"],
    },
    Case {
        what: "a PostgreSQL that takes connections and says nothing",
        spoil: |stack| {
            let silent = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = silent.local_addr().unwrap();
            let url = format!("postgres://nobody@{address}/none");
            stack.set_env("LATCHKEY_CHANNELS__DATABASE_URL", Some(&url));
            Box::new(silent)
        },
        says: &["channels: database is unavailable", "timeout expired"],
    },
    Case {
        what: "a data folder that is a file",
        spoil: |stack| {
            let file = stack.folder().join("file");
            fs::write(&file, "").unwrap();
            stack.set_env("LATCHKEY_DATA_DIR", file.to_str());
            nothing()
        },
        says: &["file", "folder"],
    },
];

const ON_SQLITE: &[Case] = &[Case {
    what: "a database that is none",
    spoil: |stack| {
        let file = stack.data_dir().join("discord.db");
        fs::write(file, "no database ".repeat(1000)).unwrap();
        nothing()
    },
    says: &["discord: database is unavailable: file is not a database"],
}];

const ON_POSTGRES: &[Case] = &[
    Case {
        what: "a database that is not migrated",
        spoil: |stack| {
            stack.sql(Service::Users, "DROP SCHEMA discord CASCADE");
            nothing()
        },
        says: &["discord", "have not run", "`latchkey migrate`"],
    },
    Case {
        what: "a role that may not use the schema",
        spoil: |stack| {
            let role = LoginRole::create();
            let url = role.in_url(&stack.shared_database());
            for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
                stack.set_env(&format!("LATCHKEY_{service}__DATABASE_URL"), Some(&url));
            }
            Box::new(role)
        },
        says: &["users: the role latchkey_test_", "grant it USAGE"],
    },
    Case {
        what: "a role that may only read",
        spoil: |stack| {
            let role = LoginRole::create();
            let url = role.in_url(&stack.shared_database());
            for service in Service::ALL {
                let (name, schema) = (role.name(), service.name());
                stack.sql(
                    service,
                    &format!(
                        "GRANT USAGE ON SCHEMA {schema} TO \"{name}\"; \
                         GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO \"{name}\""
                    ),
                );
                let setting = format!("LATCHKEY_{}__DATABASE_URL", service.upper());
                stack.set_env(&setting, Some(&url));
            }
            Box::new(role)
        },
        says: &[
            "users: the role latchkey_test_",
            "may not use",
            "grant it SELECT, INSERT",
        ],
    },
    Case {
        what: "a clock far off",
        spoil: |stack| {
            // The database's own clock cannot be moved, so its name is given to another one.
            stack.sql(
                Service::Discord,
                "CREATE SCHEMA far_off; \
                 CREATE FUNCTION far_off.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS \
                 'SELECT pg_catalog.clock_timestamp() + interval ''11 seconds'''; \
                 DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = far_off, \
                 discord, pg_catalog', current_database()); END $$",
            );
            let url = format!("{}?application_name=discord", stack.shared_database());
            stack.set_env("LATCHKEY_DISCORD__DATABASE_URL", Some(&url));
            nothing()
        },
        says: &["discord: the clocks of this machine and of the database differ by more than 10"],
    },
];

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

one_process!(
    bad_configuration_ends_the_start_and_doctor_says_why,
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
