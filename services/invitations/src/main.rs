//! The invitations service as a process of its own.

use std::process::ExitCode;

use latchkey_invitations::{DEFAULTS, MIGRATIONS, Settings, Setup, build};
use latchkey_process::commands::doctor::table;
use latchkey_process::{Service, say};

fn main() -> ExitCode {
    latchkey_process::main(&Service {
        name: "invitations",
        defaults: DEFAULTS,
        migrations: MIGRATIONS,
        callers: &[],
        calls: &["users", "channels"],
        seals: true,
        doctor: table::<Settings>,
        build: |start| {
            let (mut parts, service) = build(Setup {
                settings: start.table()?,
                db: start.db(),
                users: start.users()?,
                channels: start.channels()?,
                master_key: start.master_key()?,
                limits: start.edge().limits().clone(),
                list_ceiling: start.edge().settings().list_ceiling,
                public_url: start.edge().public_url(),
            })?;
            parts.jobs.push(service.first_link_job(say));
            Ok(parts)
        },
    })
}
