//! `latchkey admin signing-key …`.

use latchkey_users::operator::{Key, Keys};

use super::line::Line;
use crate::cli::SigningKey;
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: SigningKey) -> Result<(), Trouble> {
    let path = match command {
        SigningKey::List => "users/signing-keys",
        SigningKey::Rotate => "users/rotate-signing-key",
    };
    // Oldest first: the one that signs, and behind it the one that will.
    line.ask(path, &(), |answer: &Keys| {
        answer.keys.iter().rev().map(in_words).collect()
    })
    .await
}

fn in_words(key: &Key) -> String {
    let state = match (&key.retired_at, &key.tokens_end_at) {
        (None, _) if key.signs_since.is_none() => "published, signs next".to_owned(),
        (None, _) => "signs".to_owned(),
        (Some(_), Some(end)) => format!("until {end}"),
        (Some(_), None) => "retired".to_owned(),
    };
    format!(
        "{} made {} {state} {}",
        key.algorithm, key.created_at, key.kid
    )
}
