//! The words of `latchkey admin audit`.

use clap::{Args, value_parser};
use latchkey_common::trail::Verb;

use crate::span::seconds;

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Who did it: a username as it was then, an id such as `acc_7`, or `operator`
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) who: Option<String>,
    /// What was done, such as account-locked
    #[arg(long, value_parser = what)]
    pub(crate) what: Option<String>,
    /// To whom or what: a name as it was then, or an id
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    /// Only of the last 12h, 7d, or a number of seconds
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    pub(crate) since: Option<i64>,
    /// The newest so many
    #[arg(long, value_name = "N", default_value = "100", value_parser = value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
}

fn what(word: &str) -> Result<String, String> {
    let verb = Verb::parse(word).map(|verb| verb.as_str().to_owned());
    verb.ok_or_else(|| {
        let words: Vec<&str> = Verb::ALL.iter().map(|verb| verb.as_str()).collect();
        format!("it is one of {}", words.join(", "))
    })
}
