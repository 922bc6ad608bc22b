//! The users service as a process of its own.

use std::process::ExitCode;

use latchkey_peers::users::mount;
use latchkey_process::Service;
use latchkey_users::{DEFAULTS, MIGRATIONS, Setup, build};

fn main() -> ExitCode {
    latchkey_process::main(&Service {
        name: "users",
        defaults: DEFAULTS,
        migrations: MIGRATIONS,
        callers: &["channels", "invitations", "discord"],
        calls: &[],
        seals: true,
        build: |start| {
            let (mut parts, peer) = build(Setup {
                settings: start.table()?,
                edge: start.edge().settings(),
                db: start.db(),
                master_key: start.master_key()?,
            })?;
            parts.internal.push(mount(&peer));
            Ok(parts)
        },
    })
}
