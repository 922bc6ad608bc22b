//! `latchkey admin invite list`: invitations of every kind, and Discord links behind them.

use latchkey_common::auth::UserId;
use latchkey_discord::operator::{LinkList, ListLinks, ListedLink};
use latchkey_invitations::operator::{InvitationList, ListInvitations, ListedInvitation};
use latchkey_users::operator::{NamedUser, UserInfo};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::line::Line;
use crate::cli::ListInvites;
use latchkey_process::{Trouble, answer, say, speaks_json};

/// What Discord links are called among the kinds.
const DISCORD: &str = "discord";

/// How many are asked for at once.
const PAGE: i64 = 200;

/// Lists what is wanted, page by page. As JSON all of it is one answer.
pub(super) async fn list(line: &Line, wanted: ListInvites) -> Result<(), Trouble> {
    let mut list = List {
        line,
        made_by: user_named(line, wanted.by.as_ref()).await?,
        made_for: user_named(line, wanted.made_for.as_ref()).await?,
        room: wanted.limit.map(i64::from),
        all: Vec::new(),
    };
    if wanted.kind.as_deref() != Some(DISCORD) {
        list.invitations(&wanted).await?;
    }
    // No contract shows a Discord link without its maker, or into something with a number.
    let may_be_links = !wanted.by_nobody && wanted.into.is_none();
    if may_be_links && wanted.kind.as_deref().is_none_or(|kind| kind == DISCORD) {
        list.links(&wanted).await?;
    }
    answer(&json!({ "invitations": list.all }));
    Ok(())
}

struct List<'l> {
    line: &'l Line,
    /// The only maker.
    made_by: Option<UserId>,
    /// The only recipient.
    made_for: Option<UserId>,
    /// How many may still be listed; `None`: all.
    room: Option<i64>,
    /// For one answer as JSON.
    all: Vec<Value>,
}

impl List<'_> {
    async fn invitations(&mut self, wanted: &ListInvites) -> Result<(), Trouble> {
        let mut ask = ListInvitations {
            kind: wanted.kind.clone(),
            target: wanted.into,
            state: state(wanted),
            made_by: self.made_by,
            by_nobody: wanted.by_nobody,
            made_for: self.made_for,
            after: None,
            limit: None,
        };
        while let Some(limit) = self.next_page() {
            ask.limit = Some(limit);
            let page: InvitationList = self.page("invitations/list", &ask).await?;
            for one in &page.invitations {
                self.take(one, invitation)?;
            }
            ask.after = page.next;
            if ask.after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn links(&mut self, wanted: &ListInvites) -> Result<(), Trouble> {
        let mut ask = ListLinks {
            state: state(wanted),
            made_by: self.made_by,
            made_for: self.made_for,
            after: None,
            limit: None,
        };
        while let Some(limit) = self.next_page() {
            ask.limit = Some(limit);
            let page: LinkList = self.page("discord/list", &ask).await?;
            for one in &page.links {
                self.take(one, link)?;
            }
            ask.after = page.next;
            if ask.after.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// How many to ask for; `None`: there are as many as are wanted.
    fn next_page(&self) -> Option<i64> {
        let limit = self.room.unwrap_or(PAGE).min(PAGE);
        (limit > 0).then_some(limit)
    }

    async fn page<A: DeserializeOwned>(
        &self,
        path: &str,
        ask: &impl Serialize,
    ) -> Result<A, Trouble> {
        let page = self.line.call(path, ask).await?;
        serde_json::from_value(page).map_err(|error| strange(&error))
    }

    fn take<T: Serialize>(&mut self, one: &T, words: fn(&T) -> String) -> Result<(), Trouble> {
        self.room = self.room.map(|room| room - 1);
        if speaks_json() {
            self.all
                .push(serde_json::to_value(one).map_err(|error| strange(&error))?);
        } else {
            say(&words(one));
        }
        Ok(())
    }
}

/// The services that list know nobody by name.
async fn user_named(line: &Line, name: Option<&String>) -> Result<Option<UserId>, Trouble> {
    let Some(username) = name.cloned() else {
        return Ok(None);
    };
    let found = line.call("users/show", &NamedUser { username }).await?;
    let found: UserInfo = serde_json::from_value(found).map_err(|error| strange(&error))?;
    Ok(Some(found.id))
}

fn strange(error: &serde_json::Error) -> Trouble {
    Trouble::said(format!("no usable answer from the server: {error}"))
}

fn state(wanted: &ListInvites) -> Option<String> {
    Some(wanted.state.clone()).filter(|state| state != "any")
}

fn invitation(it: &ListedInvitation) -> String {
    let target = it.target.map_or_else(String::new, |id| format!(" {id}"));
    let word = if it.direction == "request" {
        " request"
    } else {
        ""
    };
    let by = it.made_by.as_ref().map(|who| who.username.as_str());
    // Behind a choir invitation stands a key, which its story names.
    let by = by.or_else(|| (it.kind != "choir").then_some("the operator"));
    let made_for = it.made_for.as_ref().map(|who| who.username.as_str());
    let made_for = made_for.or(it.recipient.as_deref());
    let mut parts = vec![
        it.id.to_string(),
        format!("{}{target}{word}", it.kind),
        it.state.clone(),
        format!("made {}", it.created_at),
        by.map_or_else(String::new, |by| format!("by {by}")),
        format!("for {}", made_for.unwrap_or("whoever holds it")),
        format!("{} of {} used", it.used, it.max_uses),
    ];
    parts.extend(it.expires_at.as_ref().map(|end| format!("until {end}")));
    parts.extend(it.shown_as.as_ref().map(|id| format!("shown as {id}")));
    parts.extend(it.label.as_ref().map(|label| format!("called {label}")));
    parts.retain(|part| !part.is_empty());
    parts.join("  ")
}

fn link(it: &ListedLink) -> String {
    let mut parts = vec![
        it.id.clone(),
        it.kind.clone(),
        it.state.clone(),
        format!("made {}", it.created_at),
        format!("by {}", it.made_by.username),
        format!("for {}", it.made_for.username),
    ];
    parts.extend(it.link.clone());
    parts.join("  ")
}
