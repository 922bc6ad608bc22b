//! The channels service as a process of its own.

use std::process::ExitCode;

use latchkey_channels::{DEFAULTS, MIGRATIONS, Settings, Setup, build};
use latchkey_process::Service;
use latchkey_process::commands::doctor::table;

fn main() -> ExitCode {
    latchkey_process::main(&Service {
        name: "channels",
        defaults: DEFAULTS,
        migrations: MIGRATIONS,
        callers: &["invitations"],
        calls: &["users"],
        seals: false,
        doctor: table::<Settings>,
        build: |start| {
            let (parts, _) = build(Setup {
                settings: start.table()?,
                edge: start.edge().settings(),
                db: start.db(),
                users: start.users()?,
                stop: start.edge().stop_handle(),
            });
            Ok(parts)
        },
    })
}
