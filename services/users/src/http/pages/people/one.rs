//! `/people/{acc}`: one account, and what may be done to it. To whoever may not see it, it is not there.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::audit::LONGEST_REASON;
use latchkey_common::auth::{Caller, UserId};
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::{self, AUDIT, INVITATIONS, SETTINGS};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::words::people::People;
use latchkey_pages::{Field, Member, Visitor, fill, moment, note, trouble};
use maud::{Markup, html};
use serde::Deserialize;

use super::{place, standing};
use crate::app::App;
use crate::app::account::find::find_by_ids;
use crate::app::session::list::list_sessions;
use crate::domain::account::Account;

/// What the button sends that deletes.
pub(super) const DELETE: &str = "delete";

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    done: String,
}

/// What did not work, and what was typed.
#[derive(Default)]
pub(super) struct Wrong {
    /// Above everything.
    pub(super) said: Option<&'static str>,
    /// Beside the reason.
    pub(super) reason: Option<&'static str>,
    /// The reason as it was typed.
    pub(super) typed: String,
    /// Whether the form that deletes came back, and not the other.
    pub(super) is_deletion: bool,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    id: web::Path<String>,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Member { visitor, caller } = member;
    let Opened { done } = query.map(web::Query::into_inner).unwrap_or_default();
    let words = visitor.language().people();
    let done = match done.as_str() {
        "lock" => Some(words.done_lock),
        "unlock" => Some(words.done_unlock),
        "promote" => Some(words.done_promote),
        "demote" => Some(words.done_demote),
        "end-sessions" => Some(words.done_end),
        DELETE => Some(words.done_delete),
        _ => None,
    };
    match seen(&app, &caller, &id).await {
        Ok(Some(account)) => {
            let said = done.map(|done| note(&html! { p { (done) } }));
            page(
                &app,
                &visitor,
                &caller,
                &account,
                StatusCode::OK,
                said,
                &Wrong::default(),
            )
            .await
        }
        Ok(None) => visitor.lost(),
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

/// The account of this id, if the caller may see it: oneself, and for those who look after the place everybody.
pub(super) async fn seen(app: &App, caller: &Caller, id: &str) -> Result<Option<Account>, Fault> {
    let Some(id) = Id::<ids::Account>::parse(id).map(|id| UserId(id.number())) else {
        return Ok(None);
    };
    if id != caller.user && !caller.is_super_user {
        return Ok(None);
    }
    Ok(find_by_ids(app, vec![id]).await?.pop())
}

/// The page again, with what did not work.
pub(super) async fn again(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    account: &Account,
    (status, wrong): (StatusCode, Wrong),
) -> HttpResponse {
    let said = wrong.said.unwrap_or(visitor.language().people().wrong);
    page(
        app,
        visitor,
        caller,
        account,
        status,
        Some(trouble(said)),
        &wrong,
    )
    .await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    caller: &Caller,
    account: &Account,
    status: StatusCode,
    said: Option<Markup>,
    wrong: &Wrong,
) -> HttpResponse {
    let sessions = match list_sessions(app, account.id).await {
        Ok(sessions) => sessions.len(),
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let body = html! {
        h1 { (account.username) }
        @if let Some(said) = said { (said) }
        p.quiet {
            (standing(visitor, caller, account))
            (visitor.language().people().since) " " (moment(account.created_at))
        }
        (facts(visitor, caller, account, sessions))
        @if caller.is_super_user && !account.is_deleted() {
            (acts(visitor, account, sessions, wrong))
            @if account.id == caller.user {
                p { a href=(pages::DELETE) { (visitor.language().people().delete_own) } }
            } @else {
                (deletion(visitor, account, sessions, wrong))
            }
        }
    };
    visitor.page_with_form(status, &account.username, &body)
}

fn facts(visitor: &Visitor, caller: &Caller, account: &Account, sessions: usize) -> Markup {
    let words = visitor.language().people();
    let id = Id::<ids::Account>::of(account.id.0).to_string();
    html! {
        dl {
            dt { (words.id) } dd { code { (id) } }
            dt { (words.email) } dd { (account.email.as_deref().unwrap_or(words.no_email)) }
            dt { (words.sessions) } dd { (sessions) }
        }
        @if account.id == caller.user {
            p { a href=(SETTINGS) { (words.settings) } }
            p { a href=(INVITATIONS) { (words.invitations) } }
        }
        @if caller.is_super_user { p { a href=(format!("{AUDIT}?to={id}")) { (words.history) } } }
    }
}

/// One button, what it does, and what that means.
struct Act {
    word: &'static str,
    button: &'static str,
    text: &'static str,
    /// Whether somebody loses something by it.
    is_bad: bool,
}

fn acts(visitor: &Visitor, account: &Account, sessions: usize, wrong: &Wrong) -> Markup {
    let words = visitor.language().people();
    let typed = Some(wrong).filter(|wrong| !wrong.is_deletion);
    let count = sessions.to_string();
    let gaps = [("name", account.username.as_str()), ("count", &count)];
    html! {
        h2 { (words.act) }
        form method="post" action=(visitor.action(&place(account))) {
            (reason(words, "reason", typed))
            @for act in possible(words, account) {
                div.act {
                    p id=(format!("{}-text", act.word)) { (fill(act.text, &gaps)) }
                    button.bad[act.is_bad].second[!act.is_bad] name="do" value=(act.word)
                        aria-describedby=(format!("{}-text", act.word)) { (act.button) }
                }
            }
        }
    }
}

/// Apart from the other buttons, so that nobody presses it by chance.
fn deletion(visitor: &Visitor, account: &Account, sessions: usize, wrong: &Wrong) -> Markup {
    let words = visitor.language().people();
    let typed = Some(wrong).filter(|wrong| wrong.is_deletion);
    let count = sessions.to_string();
    let gaps = [("name", account.username.as_str()), ("count", &count)];
    html! {
        details open[wrong.is_deletion] {
            summary { (words.delete) }
            form method="post" action=(visitor.action(&place(account))) {
                p { (fill(words.delete_text, &gaps)) }
                (reason(words, "delete-reason", typed))
                div.choice {
                    input id="sure" type="checkbox" name="sure" value="yes" required;
                    label for="sure" { (words.delete_sure) }
                }
                button.bad name="do" value=(DELETE) { (words.delete) }
            }
        }
    }
}

/// The field for the reason, with what was typed if it is this one that came back.
fn reason(words: &'static People, name: &str, typed: Option<&Wrong>) -> Markup {
    Field {
        name,
        label: words.reason,
        hint: words.reason_hint,
        value: typed.map_or("", |wrong| &wrong.typed),
        error: typed.and_then(|wrong| wrong.reason),
        fills: "off",
        length: u32::try_from(LONGEST_REASON).ok().map(|most| (0, most)),
        is_optional: true,
        ..Field::default()
    }
    .render()
}

fn possible(words: &'static People, account: &Account) -> Vec<Act> {
    let act = |word, button, text, is_bad| Act {
        word,
        button,
        text,
        is_bad,
    };
    let mut acts = Vec::new();
    if !account.is_locked {
        acts.push(act("reset-link", words.reset, words.reset_text, false));
        acts.push(act(
            "end-sessions",
            words.end_sessions,
            words.end_text,
            true,
        ));
    }
    if account.is_super_user {
        acts.push(act("demote", words.demote, words.demote_text, true));
    } else {
        acts.push(act("promote", words.promote, words.promote_text, false));
    }
    if account.is_locked {
        acts.push(act("unlock", words.unlock, words.unlock_text, false));
    } else {
        acts.push(act("lock", words.lock, words.lock_text, true));
    }
    acts
}
