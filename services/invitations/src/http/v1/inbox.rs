//! `/v1/me/inbox`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::list::{self, Page};
use latchkey_contracts::v1::scopes::AccountRead;
use latchkey_contracts::v1::{Caller, Problem, Query};
use serde::Serialize;

use super::membership_ids;
use super::shapes::GrantShape;
use super::wishes::part;
use super::{address, request_address};
use crate::app::App;
use crate::app::inbox::ending::{Ending, list_ending};
use crate::app::inbox::list::{Action, Item, list_inbox};
use crate::domain::kind::Direction;

/// Something that waits for oneself.
#[derive(Serialize)]
struct ItemShape {
    r#type: &'static str,
    id: String,
    grant: Option<GrantShape>,
    grants: Vec<GrantShape>,
    target: String,
    account: Option<Id<ids::Account>>,
    username: Option<String>,
    name: Option<String>,
    message: Option<String>,
    created_at: String,
    expires_at: Option<String>,
    actions: Vec<ActionShape>,
}

#[derive(Serialize)]
struct ActionShape {
    name: &'static str,
    method: &'static str,
    href: String,
}

/// What the inbox has of two sorts.
enum Row {
    Waits(Box<Item>),
    Ends(&'static str, Ending),
}

impl From<Row> for ItemShape {
    fn from(row: Row) -> Self {
        match row {
            Row::Waits(item) => (*item).into(),
            Row::Ends(sort, ending) => Self::ending(sort, ending),
        }
    }
}

impl ItemShape {
    /// Somebody will be in no more, and whoever may remove members there can give them more time.
    fn ending(sort: &'static str, ending: Ending) -> Self {
        let member = ending.member;
        Self {
            r#type: sort,
            id: membership_ids::text(member.key),
            grant: Some(member.grant.into()),
            grants: vec![member.grant.into()],
            target: ending.place,
            account: None,
            username: None,
            name: None,
            message: None,
            created_at: member.joined_at.rfc3339(),
            expires_at: member.ends_at.map(Millis::rfc3339),
            actions: Vec::new(),
        }
    }
}

impl From<Item> for ItemShape {
    fn from(item: Item) -> Self {
        let row = item.invitation;
        let (id, place) = match row.direction {
            Direction::Offer => {
                let id = Id::<ids::Invitation>::of(row.id.0);
                (id.to_string(), address(id))
            }
            Direction::Request => {
                let id = Id::<ids::Request>::of(row.id.0);
                (id.to_string(), request_address(id))
            }
        };
        let is_own = item.actions.contains(&Action::Withdraw);
        let action = |action: Action| {
            let name = name(action);
            ActionShape {
                name,
                method: "POST",
                href: format!("{place}/{name}"),
            }
        };
        Self {
            r#type: match row.direction {
                Direction::Offer => "offer",
                Direction::Request if is_own => "own_request",
                Direction::Request => "request",
            },
            id,
            grant: GrantShape::first(&row),
            grants: item.grants.into_iter().map(GrantShape::from).collect(),
            target: item.target,
            account: item.person.as_ref().map(|one| Id::of(one.id.0)),
            username: item.person.map(|one| one.username),
            name: item.applicant,
            message: item.message,
            created_at: row.created_at.rfc3339(),
            expires_at: row.expires_at.map(Millis::rfc3339),
            actions: item.actions.into_iter().map(action).collect(),
        }
    }
}

const fn name(action: Action) -> &'static str {
    match action {
        Action::Accept => "accept",
        Action::Decline => "decline",
        Action::Approve => "approve",
        Action::Reject => "reject",
        Action::Withdraw => "withdraw",
    }
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<AccountRead>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (items, next) = list_inbox(&app, &caller, part(&page.0)).await?;
    // Few, and urgent: they stand before the first page.
    let ending = match page.0.after {
        None => list_ending(&app, caller.user).await?,
        Some(_) => Vec::new(),
    };
    // What has a day more at most is told once more.
    let last = ending.clone().into_iter().filter(|one| one.is_last_day);
    let last = last.map(|one| Row::Ends("ending_soon", one));
    let ending = ending.into_iter().map(|one| Row::Ends("ending", one));
    let items = items.into_iter().map(|item| Row::Waits(Box::new(item)));
    let rows = last.chain(ending).chain(items).collect();
    Ok(list::part(&req, rows, next, ItemShape::from))
}
