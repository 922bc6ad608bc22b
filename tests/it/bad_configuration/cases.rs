//! What can be wrong, and what is said of it.

use std::fs;
use std::net::TcpListener;

use latchkey_testing::Service;
use latchkey_testing::postgres::LoginRole;
use latchkey_testing::stack::Stack;

/// Something that keeps the program from starting.
pub(super) struct Case {
    /// What is wrong, for whoever reads a failure.
    pub(super) what: &'static str,
    /// A migrated stack that does not run, before anything is wrong.
    pub(super) spoil: fn(&Stack) -> Box<dyn Send>,
    /// Words of the sentence that the start ends with, and of what `doctor` says.
    pub(super) says: &'static [&'static str],
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
pub(super) const EVERYWHERE: &[Case] = &[
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
        says: &[
            "unknown setting LATCHKEY_USERS__DATABASE_ULR",
            "did you mean LATCHKEY_USERS__DATABASE_URL?",
        ],
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

pub(super) const ON_SQLITE: &[Case] = &[Case {
    what: "a database that is none",
    spoil: |stack| {
        let file = stack.data_dir().join("discord.db");
        fs::write(file, "no database ".repeat(1000)).unwrap();
        nothing()
    },
    says: &["discord: database is unavailable: file is not a database"],
}];

pub(super) const ON_POSTGRES: &[Case] = &[
    Case {
        what: "a database that is not migrated",
        spoil: |stack| {
            stack.sql(
                Service::Discord,
                "DELETE FROM __diesel_schema_migrations WHERE version = \
                 (SELECT max(version) FROM __diesel_schema_migrations)",
            );
            nothing()
        },
        says: &["discord", "have not run", "`latchkey migrate`"],
    },
    Case {
        what: "an empty database beside others",
        spoil: |stack| {
            stack.sql(Service::Users, "DROP SCHEMA discord CASCADE");
            nothing()
        },
        says: &["discord is empty or not there", "bring that one back"],
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
