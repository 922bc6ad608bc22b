//! Names that users choose stand where options may: none of them changes what a command does.

use latchkey_testing::{Backend, every_shape};

use crate::house::{House, PASSWORD, house, unique};

/// Makes an account of this name, as the operator does.
#[track_caller]
fn make(house: &House, name: &str) {
    let create = ["user", "create", "--password-stdin", "--username", name];
    let made = house.stack.admin(&create, PASSWORD);
    assert!(made.status.success(), "{name}: {made:?}");
    assert!(made.stdout.contains(name), "{name}: {made:?}");
}

async fn people_may_be_called_like_options(backend: Backend) {
    let house = house(backend);
    for name in [
        "--help",
        "--json",
        "--config",
        "--version",
        "-h-h-h",
        "--json=1",
        "----",
    ] {
        make(house, name);
        drop(house.nobody().login(name, PASSWORD).await.ok(200));
        // Whoever does not know how it must be written is not told that it was done.
        let carelessly = house.stack.admin(&["user", "lock", name], "");
        let login = house.nobody().login(name, PASSWORD).await;
        assert_eq!(
            carelessly.status.success(),
            login.status == 401,
            "{name}: {carelessly:?}"
        );
        let unlock = house.stack.admin(&["user", "unlock", "--", name], "");
        assert!(unlock.status.success(), "{name}: {unlock:?}");
        let lock = house.stack.admin(&["user", "lock", "--", name], "");
        assert!(lock.status.success(), "{name}: {lock:?}");
        let login = house.nobody().login(name, PASSWORD).await;
        login.refused("invalid-credentials");
    }
    let help = house.stack.admin(&["user", "lock", "--help"], "");
    assert!(
        help.status.success(),
        "the person of that name is meant: {help:?}"
    );
}

async fn other_names_may_be_like_options(backend: Backend) {
    let house = house(backend);
    let (name, group) = (
        format!("--{}", unique("o")),
        format!("--name{}", unique("g")),
    );
    make(house, &name);
    let made = house
        .stack
        .admin(&["group", "create", "--owner", &name, "--name", &group], "");
    assert!(made.status.success(), "{made:?}");
    let guest = house.person().await;
    let added = house
        .stack
        .admin(&["group", "add-member", &group, &guest.name], "");
    assert!(added.status.success(), "{added:?}");
    for words in [
        &["user", "show", &name][..],
        &["user", "uuid", &name],
        &["user", "promote", &name],
        &["user", "demote", &name],
        &["user", "set-email", &name, "-x-@example.org"],
        &["user", "set-password", &name, "--json"],
        &["token", "bearer", &name, "--expires-in", "-1h"],
        &["token", "rds-session", "--expires-in", "60", &name],
        &[
            "token",
            "api",
            &name,
            "--scopes",
            "invite:read",
            "--name",
            "--help",
        ],
        &["choir", "whitelist", &name],
        &["key", "choir", "--name", "--help"],
        &[
            "choir",
            "invite",
            "--creator",
            "--help",
            "--invitee",
            "-x",
            "--choir",
            "--json",
        ],
        &["invite", "tree", &name],
        &["invite", "list", "--by", &name],
        &["invite", "list", "--for", &name],
    ] {
        let done = house.stack.admin(words, "");
        assert!(done.status.success(), "{words:?}: {done:?}");
        assert!(!done.stdout.contains("Usage"), "{words:?}: {done:?}");
    }
    // Tokens may begin with hyphens too.
    for verb in ["show", "revoke"] {
        for token in ["--help", "-h", "-Jx", "--x"] {
            let done = house.stack.admin(&["invite", verb, token], "");
            assert_eq!(done.status.code(), Some(1), "{token}: {done:?}");
            assert!(
                done.stderr.contains("no such invitation"),
                "{token}: {done:?}"
            );
        }
    }
    let help = house.stack.admin(&["user", "help", "lock"], "");
    assert!(help.stdout.contains("Usage"), "{help:?}");
    let help = house.stack.admin(&["user", "show", "--help"], "");
    assert!(
        help.status.success() || help.stderr.contains("latchkey help admin"),
        "{help:?}"
    );
}

every_shape!(
    people_may_be_called_like_options,
    other_names_may_be_like_options,
);
