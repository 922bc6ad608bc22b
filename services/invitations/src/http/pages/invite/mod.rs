//! `/invite`: makes a link, or an invitation for one person.

mod form;
mod made;
mod sent;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Known;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::INBOX;
use latchkey_pages::{Fields, Member, Submission, Typed, Visitor, form_call, lead_to};

use self::form::page;
pub(super) use self::made::{kept_link, show_link};
pub(super) use self::sent::{Life, MOST_LABEL, MOST_MESSAGE, is_message, life_of, uses_of};
use self::sent::{NoWish, Wrong, wish};
use crate::app::App;
use crate::app::invitation::make::Made;
use crate::app::invitation::offerable::find_offerable;
use crate::app::join_request::offer::{Met, OfferError, offer};

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Fields>>,
) -> HttpResponse {
    // What a page leads here with is chosen already: `/invite?channel=5`.
    let typed = query.map(web::Query::into_inner).unwrap_or_default();
    let known = Known::from(member.caller);
    show_form(&app, &member.visitor, &known, &Typed(typed), None).await
}

pub(crate) async fn submit(app: web::Data<App>, form: Submission) -> HttpResponse {
    let Submission { member, sent } = form;
    let Member { visitor, caller } = member;
    let Some(typed) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let known = Known::from(caller);
    match make(&app, &visitor, &known, &typed).await {
        Ok(answer) => answer,
        Err(NoWish::Wrong(wrong)) => show_form(&app, &visitor, &known, &typed, Some(wrong)).await,
        Err(NoWish::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

async fn make(
    app: &App,
    visitor: &Visitor,
    known: &Known,
    typed: &Typed,
) -> Result<HttpResponse, NoWish> {
    let words = visitor.language().invite();
    let wish = wish(app, typed, words).await?;
    let call = call(known, typed);
    let kept = |made: Made| kept_link(made.invitation.id, &made.secret);
    match offer(app, known, wish, call, kept).await {
        Ok(Met::Answered(answered)) => Ok(show_link(app, visitor, known, &answered.answer).await?),
        // They had asked for it, and are in.
        Ok(Met::Settled(_)) => Ok(lead_to(&format!("{INBOX}?done=approved"))),
        Err(OfferError::Making(error)) => Err(NoWish::Wrong(Wrong::of(error, words)?)),
        Err(OfferError::Deciding(error)) => {
            tracing::debug!(%error, "an offer met a request that stays");
            let wrong = Wrong {
                recipient: Some(words.open_already),
                ..Wrong::default()
            };
            Err(NoWish::Wrong(wrong))
        }
        Err(OfferError::Fault(fault)) => Err(fault.into()),
    }
}

async fn show_form(
    app: &App,
    visitor: &Visitor,
    known: &Known,
    typed: &Typed,
    wrong: Option<Wrong>,
) -> HttpResponse {
    let status = if wrong.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    match find_offerable(app, known).await {
        Ok(offerable) => {
            let most = app.settings.max_uses;
            let body = page(visitor, &offerable, typed, &wrong.unwrap_or_default(), most);
            visitor.page_with_form(status, visitor.language().invite().title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

fn call(known: &Known, typed: &Typed) -> Option<OneCall> {
    let mut asked = String::from("invite");
    for (name, value) in typed.0.iter().filter(|(name, _)| name != "key") {
        asked.extend(["\0", name, "\0", value]);
    }
    form_call(known.user, typed.value("key"), &asked)
}
