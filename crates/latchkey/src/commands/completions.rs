//! `latchkey completions`: what a shell reads to complete the words of the command line.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};
use latchkey_process::{Trouble, hand_out};

use crate::PROGRAM;
use crate::cli::Cli;

/// Prints it.
pub(crate) fn completions(shell: Shell) -> Result<(), Trouble> {
    let mut text = Vec::new();
    generate(shell, &mut Cli::command(), PROGRAM, &mut text);
    let text = String::from_utf8(text)
        .map_err(|error| Trouble::said(format!("the completions are no text: {error}")))?;
    hand_out(&text);
    Ok(())
}
