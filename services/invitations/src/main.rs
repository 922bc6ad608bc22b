//! The invitations service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    latchkey_process::main(&latchkey_invitations::SERVICE)
}
