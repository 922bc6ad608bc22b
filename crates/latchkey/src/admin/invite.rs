//! `latchkey admin invite …`.

use latchkey_invitations::operator::{
    CreateLink, InvitationStory, InvitationTree, Link, Person, ShowInvitation, ShowTree, TreeNode,
};

use super::line::Line;
use super::secret_from_stdin::secret_from_stdin;
use super::{discord_link, invite_list};
use crate::cli::{Invite, Who};
use crate::span::Life;
use latchkey_process::Trouble;

pub(super) async fn run(line: &Line, command: Invite) -> Result<(), Trouble> {
    match command {
        Invite::Create {
            uses,
            expires_in,
            super_user,
        } => {
            let ask = CreateLink {
                uses,
                expires_in_s: match expires_in {
                    Some(Life::Seconds(seconds)) => Some(seconds),
                    Some(Life::Never) | None => None,
                },
                is_endless: expires_in == Some(Life::Never),
                super_user,
            };
            line.ask("invitations/create", &ask, |made: &Link| {
                vec![made.link.clone()]
            })
            .await
        }
        Invite::Show { id } => {
            let id = if id == "-" { secret_from_stdin()? } else { id };
            let ask = ShowInvitation { id };
            match line.find("invitations/show", &ask).await? {
                Some(answer) => Line::print(answer, story),
                None => discord_link::show(line, ask.id).await,
            }
        }
        Invite::List(wanted) => invite_list::list(line, wanted).await,
        Invite::Revoke { id } => {
            let id = if id == "-" { secret_from_stdin()? } else { id };
            let ask = ShowInvitation { id };
            match line.find("invitations/revoke", &ask).await? {
                Some(answer) => Line::print(answer, revoked),
                None => discord_link::revoke(line, ask.id).await,
            }
        }
        Invite::Tree(Who { username }) => {
            line.ask("invitations/tree", &ShowTree { user: username }, tree)
                .await
        }
    }
}

fn named(person: &Person) -> String {
    format!("{} (user {})", person.username, person.id)
}

fn revoked(it: &InvitationStory) -> Vec<String> {
    let let_in: Vec<String> = it.let_in.iter().map(named).collect();
    let before = if let_in.is_empty() {
        String::new()
    } else {
        format!(" It has let in {}.", let_in.join(", "))
    };
    vec![format!("{} lets nobody in any more.{before}", it.id)]
}

fn story(it: &InvitationStory) -> Vec<String> {
    let maker = it
        .made_by
        .as_ref()
        .map_or_else(|| "the operator".to_owned(), named);
    let target = it.target.map_or_else(String::new, |id| format!(" {id}"));
    let let_in: Vec<String> = it.let_in.iter().map(named).collect();
    let reason = it
        .reason
        .as_ref()
        .map_or_else(String::new, |reason| format!(" ({reason})"));
    let made_for = it
        .made_for
        .as_ref()
        .map(named)
        .or_else(|| it.recipient.clone());
    let mut lines = vec![
        format!("invitation  {} ({})", it.id, it.direction),
        format!("into        {}{target}", it.kind),
        format!("gives       {}", it.grants),
        format!("made by     {maker}"),
        format!(
            "made for    {}",
            made_for.unwrap_or_else(|| "whoever holds it".to_owned())
        ),
        format!("state       {}{reason}", it.state),
        format!("uses        {} of {}", it.used, it.max_uses),
        format!(
            "let in      {}",
            if let_in.is_empty() {
                "nobody".to_owned()
            } else {
                let_in.join(", ")
            }
        ),
        format!("expires     {}", it.expires_at.as_deref().unwrap_or("-")),
    ];
    let details = it.details.iter();
    lines.extend(details.map(|(name, value)| format!("{name:<12}{value}")));
    lines.push("history".to_owned());
    lines.extend(
        it.history
            .iter()
            .map(|line| format!("  {}  {}", line.at, line.what)),
    );
    lines
}

fn tree(it: &InvitationTree) -> Vec<String> {
    let mut lines: Vec<String> = it
        .invited_by
        .iter()
        .map(|who| {
            let who = who
                .as_ref()
                .map_or_else(|| "the operator".to_owned(), named);
            format!("invited by {who}")
        })
        .collect();
    branch(&it.tree, 0, &mut lines);
    if it.is_cut {
        lines.push("… and more".to_owned());
    }
    lines
}

fn branch(node: &TreeNode, depth: usize, lines: &mut Vec<String>) {
    let by = node.invitation.map(|id| format!("by invitation {id}"));
    let at = node.at.as_ref().map(|at| format!("at {at}"));
    let words = [Some(named(&node.person)), by, at];
    let line = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    lines.push(format!("{}{line}", "  ".repeat(depth)));
    for child in &node.let_in {
        branch(child, depth + 1, lines);
    }
}
