//! The users service as a process of its own.

use std::process::ExitCode;

use latchkey_process::Service;
use latchkey_process::commands::doctor::table;
use latchkey_users::{DEFAULTS, MIGRATIONS, Settings, Setup, build};

fn main() -> ExitCode {
    latchkey_process::main(&Service {
        name: "users",
        defaults: DEFAULTS,
        migrations: MIGRATIONS,
        callers: &["channels", "invitations", "discord"],
        calls: &[],
        seals: true,
        doctor: table::<Settings>,
        build: |start| {
            let (parts, _) = build(Setup {
                settings: start.table()?,
                edge: start.edge().settings(),
                db: start.db(),
                master_key: start.master_key()?,
            })?;
            Ok(parts)
        },
    })
}
