//! What can be wrong, and the sentence about it.

use std::any::Any;
use std::net::TcpListener;

use latchkey_testing::postgres::{Database, LoginRole};

use super::{Channels, pair};

/// Something that keeps it from starting.
pub(super) struct Case {
    /// For whoever reads a failure.
    pub(super) what: &'static str,
    /// Makes it wrong; what must live as long as the case.
    pub(super) spoil: fn(&mut Channels) -> Box<dyn Any>,
    /// Words of the sentence.
    pub(super) says: &'static [&'static str],
}

/// A setting that is there and wrong.
fn set(channels: &mut Channels, name: &'static str, value: &str) -> Box<dyn Any> {
    channels.env.insert(name, value.to_owned());
    Box::new(())
}

/// A setting that is not there.
fn unset(channels: &mut Channels, name: &str) -> Box<dyn Any> {
    channels.env.remove(name);
    Box::new(())
}

pub(super) const CASES: &[Case] = &[
    Case {
        what: "nowhere to ask users",
        spoil: |it| unset(it, "LATCHKEY_USERS__INTERNAL_URL"),
        says: &[
            "users.internal_url is not set",
            "LATCHKEY_USERS__INTERNAL_URL",
        ],
    },
    Case {
        what: "a peer's address that is none",
        spoil: |it| set(it, "LATCHKEY_USERS__INTERNAL_URL", "users:9090"),
        says: &[
            "users.internal_url",
            "must be http://host:port",
            "users:9090",
        ],
    },
    Case {
        what: "no key of its own",
        spoil: |it| unset(it, "LATCHKEY_SERVICE_KEY"),
        says: &["service_key is not set", "LATCHKEY_SERVICE_KEY"],
    },
    Case {
        what: "a key of its own that is none",
        spoil: |it| set(it, "LATCHKEY_SERVICE_KEY", "c2hvcnQ="),
        says: &["32 bytes"],
    },
    Case {
        what: "the key of another service",
        spoil: |it| {
            let other = pair();
            set(it, "LATCHKEY_SERVICE_KEY", other.private.expose())
        },
        says: &["channels.public_key does not belong to service_key"],
    },
    Case {
        what: "a caller whose key is not known",
        spoil: |it| unset(it, "LATCHKEY_INVITATIONS__PUBLIC_KEY"),
        says: &["invitations.public_key is not set"],
    },
    Case {
        what: "a caller's key that is none",
        spoil: |it| set(it, "LATCHKEY_INVITATIONS__PUBLIC_KEY", "x"),
        says: &["public key of invitations"],
    },
    Case {
        what: "a short key of the operator",
        spoil: |it| set(it, "LATCHKEY_OPERATOR_KEY", "short"),
        says: &["LATCHKEY_OPERATOR_KEY must have at least 32"],
    },
    Case {
        what: "no public address",
        spoil: |it| unset(it, "LATCHKEY_PUBLIC_URL"),
        says: &["public_url is not set"],
    },
    Case {
        what: "a setting of its own",
        spoil: |it| set(it, "LATCHKEY_CHANNELS__HEARTBEAT_S", "0"),
        says: &[
            "channels.heartbeat_s (variable LATCHKEY_CHANNELS__HEARTBEAT_S)",
            "at least 1",
        ],
    },
    Case {
        what: "a setting of all services",
        spoil: |it| set(it, "LATCHKEY_SESSION__LIFE_SECONDS", "0"),
        says: &["session.life_seconds", "nonzero"],
    },
    Case {
        what: "a form of logs that is none",
        spoil: |it| set(it, "LATCHKEY_LOG__FORMAT", "xml"),
        says: &["log.format", "text or json"],
    },
    Case {
        what: "one address for two listeners",
        spoil: |it| {
            let listen = it.env["LATCHKEY_LISTEN"].clone();
            set(it, "LATCHKEY_INTERNAL_LISTEN", &listen)
        },
        says: &["internal_listen", "another address"],
    },
    Case {
        what: "no database",
        spoil: |it| unset(it, "LATCHKEY_CHANNELS__DATABASE_URL"),
        says: &["LATCHKEY_CHANNELS__DATABASE_URL", "PostgreSQL"],
    },
    Case {
        what: "another service's database",
        spoil: |it| set(it, "LATCHKEY_USERS__DATABASE_URL", "postgres://h/d"),
        says: &["unknown setting LATCHKEY_USERS__DATABASE_URL"],
    },
    Case {
        what: "a file of a secret that is not there",
        spoil: |it| {
            unset(it, "LATCHKEY_SERVICE_KEY");
            set(it, "LATCHKEY_SERVICE_KEY_FILE", "/run/none")
        },
        says: &["/run/none: No such file"],
    },
    Case {
        what: "a database that is not there",
        spoil: |it| {
            let url = "postgres://h@127.0.0.1:9/d";
            set(it, "LATCHKEY_CHANNELS__DATABASE_URL", url)
        },
        says: &["channels: database is unavailable", "refused"],
    },
    Case {
        what: "a database that is not migrated",
        spoil: |it| {
            let empty = Database::create();
            set(it, "LATCHKEY_CHANNELS__DATABASE_URL", &empty.url());
            Box::new(empty)
        },
        says: &["channels: ", "have not run", "`latchkey-channels migrate`"],
    },
    Case {
        what: "a database that a newer version has migrated",
        spoil: |it| {
            let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('2999')";
            it.database.execute(newer).unwrap();
            Box::new(())
        },
        says: &["channels: a newer Latchkey", "2999"],
    },
    Case {
        what: "a role without rights",
        spoil: |it| {
            let role = LoginRole::create();
            let url = role.in_url(&it.database.url());
            set(it, "LATCHKEY_CHANNELS__DATABASE_URL", &url);
            Box::new(role)
        },
        says: &[
            "channels: the role latchkey_test_",
            "grant it SELECT, INSERT",
        ],
    },
    Case {
        what: "a clock far off",
        spoil: |it| {
            // The database's own clock cannot be moved, so its name is given to another one.
            let moved = "CREATE SCHEMA far_off; \
                 CREATE FUNCTION far_off.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS \
                 $$SELECT pg_catalog.clock_timestamp() - interval '11 seconds'$$; \
                 DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = far_off, \
                 public, pg_catalog', current_database()); END $$";
            it.database.execute(moved).unwrap();
            Box::new(())
        },
        says: &["channels: the clocks", "differ by more than 10 seconds"],
    },
    Case {
        what: "a port in use",
        spoil: |it| {
            let taken = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = taken.local_addr().unwrap();
            set(it, "LATCHKEY_LISTEN", &address.to_string());
            Box::new(taken)
        },
        says: &["127.0.0.1:", "in use"],
    },
];
