//! `/admin/invitations`: everybody's invitations, and what people ask for.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_contracts::pages::{INVITATIONS, LEDGER};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::words::ledger::Ledger;
use latchkey_pages::{Field, SuperUser, Typed, Visitor, escaped, fill, moment, select};
use maud::{Markup, html};

use super::invite::MOST_LABEL;
use super::made::standing;
use crate::app::App;
use crate::app::engine::find_user::find_user;
use crate::app::ledger::list_invitations::{Entries, Entry, Filter, Maker, list_invitations};
use crate::domain::invitation::State;
use crate::domain::kind::{Direction, Kind};

/// Invitations on one page.
const SIZE: i64 = 50;

/// Characters of a name, and more than those of an id.
const LONGEST: u32 = 32;

/// What one may look for, by the names of its fields.
const NAMES: [&str; 6] = ["state", "kind", "target", "maker", "recipient", "label"];

/// What is wrong with what is looked for.
#[derive(Default)]
struct Wrong {
    state: Option<&'static str>,
    kind: Option<&'static str>,
    target: Option<&'static str>,
    maker: Option<&'static str>,
    recipient: Option<&'static str>,
}

impl Wrong {
    fn is_there(&self) -> bool {
        let all = [
            self.state,
            self.kind,
            self.target,
            self.maker,
            self.recipient,
        ];
        all.iter().any(Option::is_some)
    }
}

pub(crate) async fn show(
    app: web::Data<App>,
    super_user: SuperUser,
    query: Option<web::Query<Vec<(String, String)>>>,
) -> HttpResponse {
    let visitor = super_user.visitor;
    let asked = Typed(query.map(web::Query::into_inner).unwrap_or_default());
    let (filter, wrong) = match filter(&app, visitor.language().ledger(), &asked).await {
        Ok(found) => found,
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let title = visitor.language().ledger().title;
    if wrong.is_there() {
        let body = page(&visitor, &asked, &wrong, None);
        return visitor.page(StatusCode::BAD_REQUEST, title, &body);
    }
    let part = Page {
        after: asked.value("after").parse().ok(),
        limit: Some(SIZE),
    };
    match list_invitations(&app, filter, part).await {
        Ok(found) => {
            let now = app.db.now().process();
            let body = page(&visitor, &asked, &wrong, Some((&found, now)));
            visitor.page(StatusCode::OK, title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

/// What is asked for, and what of it cannot be.
async fn filter(app: &App, words: &Ledger, asked: &Typed) -> Result<(Filter, Wrong), Fault> {
    let value = |name: &str| asked.value(name).trim();
    let (state, kind) = (State::parse(value("state")), Kind::parse(value("kind")));
    let target = target(value("target"));
    let maker = person(app, value("maker")).await?;
    let recipient = person(app, value("recipient")).await?;
    let label = value("label");
    let is_odd = |name: &str, is_known: bool| !value(name).is_empty() && !is_known;
    let wrong = Wrong {
        state: is_odd("state", state.is_some()).then_some(words.odd),
        kind: is_odd("kind", kind.is_some()).then_some(words.odd),
        target: is_odd("target", target.is_some()).then_some(words.target_bad),
        maker: is_odd("maker", maker.is_some()).then_some(words.nobody),
        recipient: is_odd("recipient", recipient.is_some()).then_some(words.nobody),
    };
    let filter = Filter {
        kind: target.map(|(kind, _)| kind).or(kind),
        target: target.map(|(_, number)| number),
        state,
        maker: maker.map(Maker::User),
        recipient,
        label: (!label.is_empty()).then(|| label.to_owned()),
    };
    Ok((filter, wrong))
}

/// Into what, by its id: that says the kind as well.
fn target(text: &str) -> Option<(Kind, i64)> {
    let channel = Id::<ids::Channel>::parse(text).map(|id| (Kind::Channel, id.number()));
    let group = Id::<ids::Group>::parse(text).map(|id| (Kind::Group, id.number()));
    let space = Id::<ids::Namespace>::parse(text).map(|id| (Kind::Namespace, id.number()));
    channel.or(group).or(space)
}

async fn person(app: &App, name: &str) -> Result<Option<UserId>, Fault> {
    match name {
        "" => Ok(None),
        name => find_user(app, name).await,
    }
}

fn page(
    visitor: &Visitor,
    asked: &Typed,
    wrong: &Wrong,
    found: Option<(&Entries, Millis)>,
) -> Markup {
    let words = visitor.language().ledger();
    let made = visitor.language().made();
    let is_asked = NAMES.iter().any(|name| !asked.value(name).is_empty());
    html! {
        h1 { (words.title) }
        p { (words.text) }
        details open[is_asked] {
            summary { (words.filter) }
            (form(visitor, asked, wrong))
        }
        @if let Some((found, now)) = found {
            @if found.page.items.is_empty() { p { (words.none) } }
            @for one in &found.page.items { (row(visitor, one, found, now)) }
            p.pages {
                @if !asked.value("after").is_empty() { a href=(place(asked, None)) { (made.newest) } }
                @if let Some(next) = found.page.next { a href=(place(asked, Some(next))) { (made.older) } }
            }
        }
    }
}

/// The same question about what is behind `after`.
fn place(asked: &Typed, after: Option<i64>) -> String {
    let after = after.map(|after| format!("after={after}"));
    let named = NAMES.iter().filter(|name| !asked.value(name).is_empty());
    let named = named.map(|name| format!("{name}={}", escaped(asked.value(name))));
    let query: Vec<String> = named.chain(after).collect();
    format!("{LEDGER}?{}", query.join("&"))
}

fn form(visitor: &Visitor, asked: &Typed, wrong: &Wrong) -> Markup {
    let (words, made) = (visitor.language().ledger(), visitor.language().made());
    let states = [
        ("", words.any_state),
        (State::Open.as_str(), made.is_open),
        (State::Accepted.as_str(), words.accepted),
        (State::UsedUp.as_str(), made.is_used_up),
        (State::Declined.as_str(), made.is_declined),
        (State::Withdrawn.as_str(), made.is_revoked),
        (State::Expired.as_str(), made.is_expired),
    ];
    let kinds = [
        Kind::Registration,
        Kind::Channel,
        Kind::Group,
        Kind::Namespace,
        Kind::Choir,
    ];
    let kinds = kinds.map(|kind| (kind.as_str(), called(words, kind)));
    let kinds: Vec<(&str, &str)> = [("", words.any_kind)].into_iter().chain(kinds).collect();
    let field = |name, label, hint, error, most| Field {
        name,
        label,
        hint,
        value: asked.value(name),
        error,
        fills: "off",
        length: Some((0, most)),
        is_optional: true,
        ..Field::default()
    };
    let most_label = u32::try_from(MOST_LABEL).unwrap_or(LONGEST);
    html! {
        form method="get" action=(LEDGER) {
            (select("state", words.state, &states, asked.value("state"), wrong.state))
            (select("kind", words.kind, &kinds, asked.value("kind"), wrong.kind))
            (field("target", words.target, words.target_hint, wrong.target, LONGEST).render())
            (field("maker", words.maker, words.name_hint, wrong.maker, LONGEST).render())
            (field("recipient", words.recipient, words.name_hint, wrong.recipient, LONGEST).render())
            (field("label", words.label, words.label_hint, None, most_label).render())
            button { (words.show) }
        }
    }
}

fn called(words: &Ledger, kind: Kind) -> &'static str {
    match kind {
        Kind::Registration => words.account,
        Kind::Channel => words.channel,
        Kind::Group => words.group,
        Kind::Choir => words.choir,
        Kind::Namespace => words.namespace,
    }
}

/// An invitation that has no page of its own is told by its number alone.
fn row(visitor: &Visitor, one: &Entry, found: &Entries, now: Millis) -> Markup {
    let words = visitor.language().ledger();
    let row = &one.invitation;
    let id = Id::<ids::Invitation>::of(row.id.0);
    let has_page = row.direction == Direction::Offer && row.kind != Kind::Choir;
    let label = one
        .label
        .as_deref()
        .filter(|label| !label.trim().is_empty());
    let name = label.map_or_else(|| id.to_string(), str::to_owned);
    let by = row.issuer_id.map_or_else(
        || words.by_nobody.to_owned(),
        |user| fill(words.by, &[("name", &found.people.name(user))]),
    );
    html! {
        article {
            h2 {
                @if has_page { a href=(format!("{INVITATIONS}/{id}")) { (name) } } @else { (name) }
            }
            p.quiet {
                (called(words, row.kind))
                @if let Some(target) = into(row.kind, row.target_id) { " " code { (target) } }
                @if row.direction == Direction::Request { ", " (words.request) }
                " · " (by)
                @if let Some(user) = row.recipient_id {
                    " · " (fill(visitor.language().made().for_named, &[("name", &found.people.name(user))]))
                }
            }
            p.quiet { (standing(visitor, row, now)) " · " (moment(row.created_at)) }
        }
    }
}

/// The id of what it leads into.
fn into(kind: Kind, target: Option<i64>) -> Option<String> {
    let target = target?;
    match kind {
        Kind::Channel => Some(Id::<ids::Channel>::of(target).to_string()),
        Kind::Group => Some(Id::<ids::Group>::of(target).to_string()),
        Kind::Namespace => Some(Id::<ids::Namespace>::of(target).to_string()),
        Kind::Registration | Kind::Choir => None,
    }
}
