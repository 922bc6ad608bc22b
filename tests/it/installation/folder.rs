//! The folder that a command acts on: nothing is founded by the way, the key belongs to it, and the server
//! that answers may be another folder's.

use std::fs;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, one_process};

use super::{lived_in, stop};

/// Every command that is about an installation that is there.
const COMMANDS: [&[&str]; 15] = [
    &["admin", "user", "create", "--username", "anna"],
    &["admin", "user", "list"],
    &["admin", "user", "show", "anna"],
    &["admin", "user", "lock", "anna"],
    &["admin", "invite", "create"],
    &["admin", "invite", "show", "1"],
    &["admin", "token", "bearer", "anna"],
    &["admin", "token", "api", "anna", "--scopes", "invite:read"],
    &["admin", "signing-key", "rotate"],
    &["admin", "key", "choir"],
    &["admin", "choir", "whitelist", "anna"],
    &["admin", "group", "create", "--owner", "anna", "--name", "g"],
    &[
        "admin",
        "namespace",
        "create",
        "--owner",
        "anna",
        "--path",
        "p",
    ],
    &["doctor"],
    &["doctor", "--ledger"],
];

async fn only_a_start_founds(backend: Backend) {
    let stack = Stack::on(backend).bare();
    let folder = stack.data_dir();
    for is_there in [false, true] {
        if is_there {
            fs::create_dir(&folder).unwrap();
        }
        for args in COMMANDS {
            let output = stack.command(args, "");
            assert!(!output.status.success(), "{args:?}: {output:?}");
            let said = format!("{}{}", output.stdout, output.stderr);
            let names = format!("no installation is in the data folder {}", folder.display());
            assert!(said.contains(&names), "{args:?}: {said}");
            assert!(said.contains("latchkey serve"), "{args:?}: {said}");
            assert_eq!(folder.exists(), is_there, "{args:?} made something");
        }
        if is_there {
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        }
    }
    let backup = stack.command(&["backup", "saved"], "");
    assert!(!backup.status.success(), "{backup:?}");
    assert!(stack.command(&["migrate"], "").status.success());
    let list = stack.admin(&["user", "list"], "");
    assert!(list.status.success(), "{list:?}");
    stack.start();
}

async fn a_lost_master_key_is_not_replaced(backend: Backend) {
    let house = lived_in(backend).await;
    let stack = &house.stack;
    let (file, kept) = (
        stack.data_dir().join("master.key"),
        stack.folder().join("kept.key"),
    );
    fs::rename(&file, &kept).unwrap();
    let words = [
        "the master key",
        "is missing",
        "bring it back",
        "LATCHKEY_MASTER_KEY",
    ];
    super::refused(stack, &words);
    assert!(!file.exists(), "another key was made");
    // Whoever names it elsewhere has it.
    stack.set_env("LATCHKEY_MASTER_KEY_FILE", kept.to_str());
    stack.start();
    let invites = house.root().invites().await.ok(200);
    assert!(!crate::house::list(&invites["invites"]).is_empty());
    stop(stack);
    stack.set_env("LATCHKEY_MASTER_KEY_FILE", None);
    fs::rename(&kept, &file).unwrap();
    stack.start();
}

async fn doctor_tells_whose_server_answers(backend: Backend) {
    let (house, other) = (lived_in(backend).await, lived_in(backend).await);
    house.stack.start();
    other.stack.start();
    let doctor = house.stack.command(&["doctor"], "");
    let folder = house.stack.data_dir();
    let own = format!(
        "the server of the data folder {} runs and is ready",
        folder.display()
    );
    assert!(
        doctor.status.success() && doctor.stdout.contains(&own),
        "{doctor:?}"
    );
    for runs in [true, false] {
        if !runs {
            stop(&house.stack);
        }
        house
            .stack
            .set_env("LATCHKEY_INTERNAL_LISTEN", Some(&other.stack.internal()));
        let doctor = house.stack.command(&["doctor"], "");
        assert!(!doctor.status.success(), "{doctor:?}");
        let said = format!("is not the one of the data folder {}", folder.display());
        assert!(doctor.stdout.contains(&said), "{runs}: {doctor:?}");
        house.stack.set_env("LATCHKEY_INTERNAL_LISTEN", None);
    }
}

one_process!(
    only_a_start_founds,
    a_lost_master_key_is_not_replaced,
    doctor_tells_whose_server_answers,
);
