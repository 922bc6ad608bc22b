//! The discord service as a process of its own.

use std::process::ExitCode;

use latchkey_discord::doctor::look;
use latchkey_discord::{DEFAULTS, MIGRATIONS, Setup, build};
use latchkey_process::Service;

fn main() -> ExitCode {
    latchkey_process::main(&Service {
        name: "discord",
        defaults: DEFAULTS,
        migrations: MIGRATIONS,
        callers: &[],
        calls: &["users"],
        seals: false,
        doctor: look,
        build: |start| {
            Ok(build(Setup {
                settings: start.table()?,
                db: start.db(),
                users: start.users()?,
                limits: start.edge().limits().clone(),
                list_ceiling: start.edge().settings().list_ceiling,
                public_url: start.edge().public_url(),
            })?)
        },
    })
}
