//! `latchkey admin invite show …` and `revoke` for a Discord link, which is asked of its own service.

use latchkey_discord::operator::{LinkStory, Person, ShowLink};

use super::line::Line;
use latchkey_process::Trouble;

/// Tells the story of the link with this id.
pub(super) async fn show(line: &Line, id: String) -> Result<(), Trouble> {
    line.ask("discord/show", &ShowLink { id }, story).await
}

/// Takes the link back that is named so.
pub(super) async fn revoke(line: &Line, id: String) -> Result<(), Trouble> {
    line.ask("discord/revoke", &ShowLink { id }, |it: &LinkStory| {
        vec![format!(
            "{} lets nobody in any more, at Discord as well.",
            it.id
        )]
    })
    .await
}

fn named(person: &Person) -> String {
    format!("{} (user {})", person.username, person.id)
}

fn story(it: &LinkStory) -> Vec<String> {
    let reason = it
        .reason
        .as_ref()
        .map_or_else(String::new, |reason| format!(" ({reason})"));
    let mut lines = vec![
        format!("invitation  {}", it.id),
        format!("into        discord {}", it.link.as_deref().unwrap_or("-")),
        "gives       entry to the Discord server, once".to_owned(),
        format!("made by     {} on {} right", named(&it.made_by), it.right),
        format!("made for    {}", named(&it.made_for)),
        format!("state       {}{reason}", it.state),
        "let in      not known: Discord does not tell".to_owned(),
        "history".to_owned(),
    ];
    let history = it.history.iter();
    lines.extend(history.map(|line| format!("  {}  {}", line.at, line.what)));
    lines
}
