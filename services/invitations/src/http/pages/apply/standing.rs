//! How a wish for an account stands, for whoever has its secret. The secret comes in a form alone: it is in no address.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, PageForm};
use latchkey_contracts::pages::APPLIED;
use latchkey_pages::words::inbox::Inbox;
use latchkey_pages::{Field, Guest, Visitor, fill, hidden, moment};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::app::join_request::approve::DecideError;
use crate::app::join_request::look_up::{LookUpError, Looked, look_up};
use crate::app::join_request::withdraw::withdraw_application;
use crate::domain::invitation::{EndReason, State};
use crate::domain::secret::pasted;
use crate::http::pages::way_in;

#[derive(Deserialize)]
pub(crate) struct Submitted {
    secret: String,
    #[serde(default)]
    r#do: String,
}

/// Where somebody pastes what they were given.
pub(crate) async fn show_field(Guest { visitor, .. }: Guest) -> HttpResponse {
    field(&visitor, StatusCode::OK, None)
}

pub(crate) async fn look(
    app: web::Data<App>,
    visitor: Visitor,
    client: ClientAddress,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let Some(PageForm(sent)) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let secret = pasted(&sent.secret);
    match looked(&app, client, &secret, sent.r#do == "withdraw").await {
        Ok(found) => page(&visitor, &app, &secret, &found),
        Err(LookUpError::NotFound) => {
            let unknown = visitor.language().apply().unknown;
            field(&visitor, StatusCode::NOT_FOUND, Some(unknown))
        }
        Err(LookUpError::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

/// Looks; before that it takes back what still waits, where that is wished.
async fn looked(
    app: &App,
    client: ClientAddress,
    secret: &Secret,
    withdraws: bool,
) -> Result<Looked, LookUpError> {
    app.limits.check("secret", client.0)?;
    if withdraws {
        let done = withdraw_application(app, secret, None, |_| Ok(Vec::new())).await;
        // What was decided before says so itself.
        if let Err(DecideError::Fault(fault)) = done {
            return Err(fault.into());
        }
    }
    look_up(app, secret).await
}

fn field(visitor: &Visitor, status: StatusCode, wrong: Option<&str>) -> HttpResponse {
    let words = visitor.language().apply();
    let secret = Field {
        name: "secret",
        label: words.secret,
        hint: words.secret_hint,
        error: wrong,
        fills: "off",
        is_first: true,
        ..Field::default()
    };
    let body = html! {
        h1 { (words.look) }
        form method="post" action=(visitor.action(APPLIED)) {
            (secret.render())
            button { (words.look) }
        }
    };
    visitor.page_with_form(status, words.look, &body)
}

fn page(visitor: &Visitor, app: &App, secret: &Secret, found: &Looked) -> HttpResponse {
    let words = visitor.language().apply();
    let body = html! {
        h1 { (words.look) }
        (state(visitor, app, secret, found))
        form method="post" action=(visitor.action(APPLIED)) {
            (hidden("secret", secret.expose()))
            button.second { (words.look) }
        }
    };
    visitor.page_with_form(StatusCode::OK, words.look, &body)
}

fn state(visitor: &Visitor, app: &App, secret: &Secret, found: &Looked) -> Markup {
    let words = visitor.language().apply();
    let others: &Inbox = visitor.language().inbox();
    let request = &found.view.request;
    let row = &request.invitation;
    let invited = found.invited.as_ref();
    match row.state {
        State::Open if row.is_pending(app.db.now().process()) => html! {
            p { (words.waits) }
            p.quiet {
                (others.since) " " (moment(row.created_at))
                @if let Some(end) = row.expires_at {
                    " · " (visitor.words().good_until) " " (moment(end))
                }
            }
            form method="post" action=(visitor.action(APPLIED)) {
                (hidden("secret", secret.expose()))
                button.second name="do" value="withdraw" { (words.withdraw) }
            }
        },
        State::Accepted | State::UsedUp => html! {
            @if let Some(link) = invited.and_then(|(_, link)| link.as_ref()) {
                p { (words.welcome) }
                p { a href=(way_in::place(link)) { (words.come_in) } }
            } @else {
                p { (words.came) }
            }
        },
        State::Declined => html! {
            p { (words.no) }
            @if let Some(reason) = &request.reason {
                p { (fill(others.because, &[("reason", reason)])) }
            }
        },
        State::Withdrawn if matches!(row.end_reason, Some(EndReason::TakenBack)) => {
            html! { p { (words.taken_back) } }
        }
        State::Open | State::Expired | State::Withdrawn => html! { p { (words.over) } },
    }
}
