//! `latchkey man`: the manual, made of the words of the command line, so that it says what they say.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use latchkey_process::{Trouble, answer, hand_out, say};
use serde_json::json;

use crate::cli::Cli;

/// Prints the page of the command of these words, or writes all pages into `dir`.
pub(crate) fn man(words: &[String], dir: Option<&Path>) -> Result<(), Trouble> {
    let mut root = Cli::command();
    root.build();
    if let Some(dir) = dir {
        let mut made = Vec::new();
        write_all(&root, dir, &mut made)?;
        answer(&json!({ "made": made }));
        for path in &made {
            say(path);
        }
        return Ok(());
    }
    let mut wanted = &root;
    for word in words {
        let found = wanted.find_subcommand(word);
        wanted = found.ok_or_else(|| {
            Trouble::said(format!(
                "there is no command `{}`",
                [&["latchkey".to_owned()][..], words].concat().join(" ")
            ))
        })?;
    }
    hand_out(&page(wanted)?);
    Ok(())
}

fn page(command: &Command) -> Result<String, Trouble> {
    let mut page = Vec::new();
    let made = Man::new(command.clone()).render(&mut page);
    made.map_err(|error| Trouble::said(format!("the page cannot be made: {error}")))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Of the command and of all below it that are shown.
fn write_all(command: &Command, dir: &Path, made: &mut Vec<String>) -> Result<(), Trouble> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = dir.join(format!("{name}.1"));
    fs::write(&path, page(command)?)
        .map_err(|error| Trouble::said(format!("{}: {error}", path.display())))?;
    made.push(path.display().to_string());
    let shown = |below: &&Command| !below.is_hide_set() && below.get_name() != "help";
    for below in command.get_subcommands().filter(shown) {
        write_all(below, dir, made)?;
    }
    Ok(())
}
