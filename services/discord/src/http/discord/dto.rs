//! What goes over the wire. Ids are strings in this contract.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::page::Paged;
use latchkey_peers::users::People;
use serde::{Deserialize, Serialize};

use crate::app::list_links::Links;
use crate::domain::link::{EndReason, Link};

/// The one parameter of the document's calls.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(rename = "userId", default)]
    user_id: Option<String>,
}

impl Wanted {
    /// Whose link is meant, where somebody is named. A parameter without a value names nobody:
    /// clients send it from a field that was left empty.
    pub(crate) fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref().filter(|text| !text.is_empty())
    }
}

/// GET.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    message: &'static str,
    invite_response: Invite,
    /// What the real clients read, from GET and POST alike.
    invite_link: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invite {
    id: String,
    #[serde(rename = "inviteLink")]
    link: String,
    user_id: String,
}

impl From<Link> for Found {
    fn from(link: Link) -> Self {
        let invite_link = link.url().unwrap_or_default();
        Self {
            message: "Invite return successfully!",
            invite_response: Invite {
                link: invite_link.clone(),
                user_id: link.user_id.to_string(),
                id: link.uuid,
            },
            invite_link,
        }
    }
}

/// POST.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Created {
    message: &'static str,
    invite_link: String,
}

impl From<Link> for Created {
    fn from(link: Link) -> Self {
        Self {
            message: "Invite created successfully.",
            invite_link: link.url().unwrap_or_default(),
        }
    }
}

/// Somebody in the list of links.
#[derive(Serialize)]
pub(crate) struct Person {
    id: String,
    username: String,
}

/// A link as super users see it. Times are RFC 3339.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkView {
    id: String,
    user: Person,
    requested_by: Person,
    state: &'static str,
    invite_link: Option<String>,
    requested_at: String,
    made_at: Option<String>,
    ended_at: Option<String>,
    ended_by: Option<Person>,
    end_reason: Option<&'static str>,
}

impl LinkView {
    pub(crate) fn of(link: &Link, people: &People) -> Self {
        let person = |id: UserId| Person {
            id: id.to_string(),
            username: people.name(id),
        };
        Self {
            id: link.uuid.clone(),
            user: person(link.user_id),
            requested_by: person(link.requested_by),
            state: link.state.as_str(),
            invite_link: link.url(),
            requested_at: link.reserved_at.rfc3339(),
            made_at: link.made_at.map(Millis::rfc3339),
            ended_at: link.ended_at.map(Millis::rfc3339),
            ended_by: link.ended_by.map(person),
            end_reason: link.end_reason.map(EndReason::as_str),
        }
    }
}

/// The list of links.
#[derive(Serialize)]
pub(crate) struct LinkList {
    links: Vec<LinkView>,
}

impl LinkList {
    /// The list, and the key to go on behind when it was cut.
    pub(crate) fn of(Links { page, people }: Links) -> (Self, Option<i64>) {
        let Paged { items, next } = page.map(|link| LinkView::of(&link, &people));
        (Self { links: items }, next)
    }
}

/// A link was revoked.
#[derive(Serialize)]
pub(crate) struct Revoked {
    message: &'static str,
    link: LinkView,
}

impl Revoked {
    pub(crate) fn of(link: &Link, people: &People) -> Self {
        Self {
            message: "Invite revoked successfully.",
            link: LinkView::of(link, people),
        }
    }
}
