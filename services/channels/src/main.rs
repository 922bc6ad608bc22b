//! The channels service as a process of its own.

use std::process::ExitCode;

use latchkey_channels::{DEFAULTS, MIGRATIONS, Setup, build};
use latchkey_process::Service;

fn main() -> ExitCode {
    latchkey_process::main(&Service {
        name: "channels",
        defaults: DEFAULTS,
        migrations: MIGRATIONS,
        callers: &["invitations"],
        calls: &["users"],
        seals: false,
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
