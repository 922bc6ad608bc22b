//! Settings that make no sense: the start ends with one sentence that names the setting and the variable
//! in which it stands, and `doctor` says the same.

use latchkey_testing::Backend;
use latchkey_testing::backend::run;
use latchkey_testing::stack::{Output, Stack};

/// A variable, a value that it must not have, and what is said of that.
const REFUSED: [(&str, &str, &str); 22] = [
    ("LOG__LEVEL", "x=loud", "is no log level"),
    ("LOG__FORMAT", "xml", "must be text or json"),
    ("RATE_LIMITS", "maybe", "must be on or off"),
    ("LIMITS__LOGIN__COUNT", "0", "nonzero"),
    ("DATABASE__READERS", "0", "nonzero"),
    ("DATABASE__STATEMENT_TIMEOUT_MS", "0", "nonzero"),
    ("USERS__SIGNING_ALGORITHM", "none", "`none`"),
    ("USERS__SESSIONS_PER_USER", "0", "at least 1"),
    ("USERS__PASSWORD_MEMORY_KIB", "7", "at least 8"),
    ("USERS__PASSWORD_PASSES", "0", "at least 1"),
    ("USERS__PASSWORD_PASSES", "-1", "`-1`"),
    ("CHANNELS__HEARTBEAT_S", "0", "at least 1"),
    ("INVITATIONS__WHO_MAY_INVITE", "nobody", "`super-users`"),
    ("INVITATIONS__CHOIR_LIFE_S", "0", "at least 1"),
    ("INVITATIONS__REGISTRATION_QUOTA", "-1", "0 or more"),
    (
        "INVITATIONS__REGISTRATION_URL",
        "https://app.example/login?t=",
        "without a query",
    ),
    (
        "INVITATIONS__GROUP_ISSUER__HS256_SECRET",
        "short",
        "at least 32 bytes",
    ),
    (
        "INVITATIONS__GROUP_ISSUER__JWKS_FILE",
        "none.json",
        "none.json: No such file",
    ),
    (
        "DISCORD__ISSUER__RS256_PUBLIC_KEY",
        "x",
        "is no RSA public key",
    ),
    ("DISCORD__ISSUER__OWN_TOKENS", "maybe", "true or false"),
    ("DISCORD__TIMEOUT_MS", "0", "nonzero"),
    ("DISCORD__SETTLE_PERIOD_MS", "0", "nonzero"),
];

/// The lines of an answer of `doctor` about something wrong.
fn wrong(doctor: &Output) -> Vec<&str> {
    let lines = doctor.stdout.lines().chain(doctor.stderr.lines());
    lines
        .filter(|line| line.starts_with("WRONG") || line.contains(": the setting"))
        .collect()
}

/// Asks for a start that is refused and a doctor that says so, both with `words`.
#[track_caller]
fn is_told(stack: &Stack, words: &[&str]) {
    let fits = |line: &str| words.iter().all(|word| line.contains(word));
    let printed = stack.start_refused();
    let ours = |line: &&str| line.starts_with("latchkey: ");
    let ours: Vec<&str> = printed.lines().filter(ours).collect();
    assert!(matches!(ours[..], [line] if fits(line)), "{printed}");
    let doctor = stack.command(&["doctor"], "");
    assert!(!doctor.status.success(), "{words:?}: {doctor:?}");
    let said = wrong(&doctor);
    assert!(matches!(said[..], [line] if fits(line)), "{doctor:?}");
}

#[test]
fn what_serving_refuses_is_named() {
    run(Backend::Sqlite, module_path!(), |backend| async move {
        let stack = Stack::on(backend).bare();
        // Where no installation is, that is wrong as well.
        assert!(stack.command(&["migrate"], "").status.success());
        for (name, value, says) in REFUSED {
            let variable = format!("LATCHKEY_{name}");
            let key = name.to_lowercase().replace("__", ".");
            stack.set_env(&variable, Some(value));
            let begins = format!("the setting {key} (variable {variable}) ");
            is_told(&stack, &[&begins, says]);
            stack.set_env(&variable, None);
        }
        let listen = stack.base();
        let listen = listen.trim_start_matches("http://");
        stack.set_env("LATCHKEY_INTERNAL_LISTEN", Some(listen));
        is_told(&stack, &["internal_listen", "another address", listen]);
        let (_, port) = listen.split_once(':').unwrap();
        let everywhere = format!("0.0.0.0:{port}");
        stack.set_env("LATCHKEY_INTERNAL_LISTEN", Some(&everywhere));
        is_told(&stack, &[&everywhere, "LATCHKEY_INTERNAL_LISTEN"]);
    });
}

#[test]
fn several_are_named_at_once() {
    run(Backend::Sqlite, module_path!(), |backend| async move {
        let stack = Stack::on(backend).bare();
        let several = [
            ("LATCHKEY_LOG__FORMAT", "xml"),
            ("LATCHKEY_LISTEN", "8080"),
            ("LATCHKEY_USERS__SESSIONS_PER_USER", "0"),
            ("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "nobody"),
            ("LATCHKEY_DISCORD__TIMEOUT_MS", "0"),
        ];
        for (name, value) in several {
            stack.set_env(name, Some(value));
        }
        let doctor = stack.command(&["doctor"], "");
        let said = wrong(&doctor);
        assert_eq!(said.len(), several.len(), "{doctor:?}");
        for (name, _) in several {
            assert!(said.iter().any(|line| line.contains(name)), "{doctor:?}");
        }
    });
}

/// What works and lets others in, or lets them read on the way.
#[test]
fn what_is_exposed_is_told() {
    run(Backend::Sqlite, module_path!(), |backend| async move {
        let stack = Stack::on(backend).bare();
        assert!(stack.command(&["migrate"], "").status.success());
        let public = stack.base().trim_start_matches("http://").to_owned();
        let everywhere = |address: &str| {
            let (_, port) = address.split_once(':').unwrap();
            format!("0.0.0.0:{port}")
        };
        let (listen, internal) = (everywhere(&public), everywhere(&stack.internal()));
        let notes = |settings: &[(&str, &str)]| {
            for (name, value) in settings {
                stack.set_env(name, Some(value));
            }
            let doctor = stack.command(&["doctor"], "");
            for (name, _) in settings {
                stack.set_env(name, None);
            }
            let notes = doctor
                .stdout
                .lines()
                .filter(|line| line.starts_with("note"));
            notes.collect::<Vec<&str>>().join("\n")
        };
        let said = ["internal_listen", "trusted_proxies", "beyond this machine"];
        let quiet = notes(&[]);
        assert!(!said.iter().any(|words| quiet.contains(words)), "{quiet}");
        let https = ("LATCHKEY_PUBLIC_URL", "https://chat.example");
        for (settings, words) in [
            (
                &[("LATCHKEY_INTERNAL_LISTEN", internal.as_str())][..],
                said[0],
            ),
            (&[https], said[1]),
            (&[("LATCHKEY_LISTEN", listen.as_str())], "in the clear"),
            (
                &[("LATCHKEY_LISTEN", listen.as_str()), https],
                "goes past the proxy",
            ),
        ] {
            let told = notes(settings);
            assert!(told.contains(words), "{words}: {told}");
        }
        let behind = notes(&[https, ("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1")]);
        assert!(!behind.contains(said[1]), "{behind}");
    });
}

/// What Kubernetes puts into every pod of a namespace with services called so.
#[test]
fn links_of_services_do_not_stop_the_start() {
    run(Backend::Sqlite, module_path!(), |backend| async move {
        let stack = Stack::on(backend).bare();
        for (name, value) in [
            ("LATCHKEY_PORT", "tcp://10.96.7.1:80"),
            ("LATCHKEY_PORT_80_TCP_ADDR", "10.96.7.1"),
            ("LATCHKEY_SERVICE_HOST", "10.96.7.1"),
            ("LATCHKEY_SERVICE_PORT", "80"),
            ("LATCHKEY_USERS_SERVICE_PORT_INTERNAL", "9090"),
        ] {
            stack.set_env(name, Some(value));
        }
        stack.start();
        let doctor = stack.command(&["doctor"], "");
        assert!(doctor.status.success(), "{doctor:?}");
    });
}

/// The server starts, because everything else works.
#[test]
fn a_bot_that_cannot_be_used_is_told() {
    run(Backend::Sqlite, module_path!(), |backend| async move {
        let stack = Stack::on(backend).start();
        stack.set_env("LATCHKEY_DISCORD__CHANNEL_ID", Some("1"));
        stack.set_env("LATCHKEY_DISCORD__BOT_TOKEN", Some("a.b.c"));
        let doctor = stack.command(&["doctor"], "");
        assert!(doctor.status.success(), "{doctor:?}");
        for (variable, values) in [
            (
                "LATCHKEY_DISCORD__API_BASE",
                &["", "discord.com/api", "ftp://d"][..],
            ),
            (
                "LATCHKEY_DISCORD__BOT_TOKEN",
                &["geheim\u{7}", "geheim\ngeheim"],
            ),
            ("LATCHKEY_DISCORD__TIMEOUT_MS", &["30000"]),
        ] {
            for value in values {
                stack.set_env(variable, Some(value));
                let doctor = stack.command(&["doctor"], "");
                assert!(!doctor.status.success(), "{doctor:?}");
                assert!(!doctor.stdout.contains("geheim"), "{doctor:?}");
                let said = wrong(&doctor);
                assert!(
                    matches!(said[..], [line] if line.contains(variable)),
                    "{doctor:?}"
                );
                stack.set_env(variable, None);
                stack.set_env("LATCHKEY_DISCORD__BOT_TOKEN", Some("a.b.c"));
            }
        }
    });
}
