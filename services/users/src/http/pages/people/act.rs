//! What the buttons of `/people/{acc}` do: the use cases of the operator's commands.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use latchkey_common::audit::{Actor, Reason, Way};
use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_common::server::PageForm;
use latchkey_pages::{SuperUser, Visitor, copyable, fill, moment, note};
use maud::html;
use serde::Deserialize;

use super::one::{DELETE, Wrong, again, seen};
use super::place;
use crate::app::App;
use crate::app::account::delete_account::{DeleteAccountError, delete_account};
use crate::app::account::end_sessions::{EndSessionsError, end_sessions};
use crate::app::account::lock::{LockUserError, lock_user, unlock_user};
use crate::app::account::make_reset_link::{MakeResetLinkError, ResetLink, make_reset_link};
use crate::app::account::set_super_user::{SetSuperUserError, set_super_user};
use crate::domain::account::Account;

#[derive(Default, Deserialize)]
pub(crate) struct Submitted {
    #[serde(default, alias = "delete-reason")]
    reason: String,
    #[serde(default, rename = "do")]
    act: String,
    /// Ticked by whoever knows that it cannot be undone; anything but nothing.
    #[serde(default)]
    sure: String,
}

/// Why nothing was done.
enum Refused {
    LastSuperUser,
    Locked,
    Gone,
    /// The own account is deleted with the password, elsewhere.
    Own,
    /// Not ticked.
    Unsure,
    Fault(Fault),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

pub(crate) async fn submit(
    app: web::Data<App>,
    super_user: SuperUser,
    id: web::Path<String>,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let SuperUser { visitor, caller } = super_user;
    let Submitted { reason, act, sure } = sent.map(PageForm::into_inner).unwrap_or_default();
    let account = match seen(&app, &caller, &id).await {
        Ok(Some(account)) => account,
        Ok(None) => return visitor.lost(),
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let words = visitor.language().people();
    let mut wrong = Wrong {
        typed: reason,
        is_deletion: act == DELETE,
        ..Wrong::default()
    };
    let Ok(reason) = Reason::parse(&wrong.typed) else {
        wrong.reason = Some(words.reason_bad);
        let refused = (StatusCode::BAD_REQUEST, wrong);
        return again(&app, &visitor, &caller, &account, refused).await;
    };
    let by = Actor::person(&caller, Way::Page).because(reason);
    let done = match may(&caller, &account, &act, !sure.is_empty()) {
        Ok(()) => run(&app, &visitor, by, &account, &act).await,
        Err(refused) => Err(refused),
    };
    let (status, said) = match done {
        Ok(answer) => return answer,
        Err(Refused::LastSuperUser) => (StatusCode::CONFLICT, words.last),
        Err(Refused::Locked) => (StatusCode::CONFLICT, words.locked_already),
        Err(Refused::Own) => (StatusCode::FORBIDDEN, words.delete_own_refused),
        Err(Refused::Unsure) => (StatusCode::BAD_REQUEST, words.delete_unsure),
        Err(Refused::Gone) => return visitor.lost(),
        Err(Refused::Fault(fault)) => return visitor.trouble(&fault.into()),
    };
    wrong.said = Some(said);
    again(&app, &visitor, &caller, &account, (status, wrong)).await
}

/// A deletion takes more than a tap.
fn may(caller: &Caller, account: &Account, act: &str, is_sure: bool) -> Result<(), Refused> {
    match act {
        DELETE if account.is_deleted() => Err(Refused::Gone),
        DELETE if account.id == caller.user => Err(Refused::Own),
        DELETE if !is_sure => Err(Refused::Unsure),
        _ => Ok(()),
    }
}

async fn run(
    app: &App,
    visitor: &Visitor,
    by: Actor,
    account: &Account,
    act: &str,
) -> Result<HttpResponse, Refused> {
    let name = account.username.as_str();
    match act {
        "lock" => drop(lock_user(app, by, name).await?),
        "unlock" => drop(unlock_user(app, by, name).await?),
        "promote" => drop(set_super_user(app, by, name, true).await?),
        "demote" => drop(set_super_user(app, by, name, false).await?),
        "end-sessions" => drop(end_sessions(app, by, name).await?),
        DELETE => drop(delete_account(app, by, name).await?),
        "reset-link" => {
            let made = make_reset_link(app, by, name).await?;
            return Ok(shown(app, visitor, account, &made));
        }
        _ => return Err(Fault::invalid("there is no such button").into()),
    }
    let next = format!("{}?done={act}", place(account));
    let mut answer = HttpResponse::SeeOther();
    Ok(answer.insert_header((LOCATION, next)).finish())
}

/// Shown this once.
fn shown(app: &App, visitor: &Visitor, account: &Account, made: &ResetLink) -> HttpResponse {
    let words = visitor.language().people();
    let title = fill(words.link_title, &[("name", &account.username)]);
    let link = app.reset_link(&made.secret);
    let body = html! {
        h1 { (title) }
        (note(&html! {
            p { (words.link_once) }
            p { (words.link_until) " " (moment(made.expires_at)) }
        }))
        (copyable("link", words.link_field, &link))
        p { a href=(place(account)) { (words.back) } }
    };
    visitor.page(StatusCode::OK, &title, &body)
}

impl From<LockUserError> for Refused {
    fn from(error: LockUserError) -> Self {
        match error {
            LockUserError::NotFound => Self::Gone,
            LockUserError::LastSuperUser => Self::LastSuperUser,
            LockUserError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<DeleteAccountError> for Refused {
    fn from(error: DeleteAccountError) -> Self {
        match error {
            DeleteAccountError::NotFound | DeleteAccountError::InvalidCredentials => Self::Gone,
            DeleteAccountError::LastSuperUser => Self::LastSuperUser,
            DeleteAccountError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<SetSuperUserError> for Refused {
    fn from(error: SetSuperUserError) -> Self {
        match error {
            SetSuperUserError::NotFound => Self::Gone,
            SetSuperUserError::LastSuperUser => Self::LastSuperUser,
            SetSuperUserError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<EndSessionsError> for Refused {
    fn from(error: EndSessionsError) -> Self {
        match error {
            EndSessionsError::NotFound => Self::Gone,
            EndSessionsError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<MakeResetLinkError> for Refused {
    fn from(error: MakeResetLinkError) -> Self {
        match error {
            MakeResetLinkError::NotFound => Self::Gone,
            MakeResetLinkError::Locked => Self::Locked,
            MakeResetLinkError::Fault(fault) => Self::Fault(fault),
        }
    }
}
