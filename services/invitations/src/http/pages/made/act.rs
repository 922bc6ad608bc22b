//! What a form of `/invitations/{inv}` does: the use cases of `/v1`.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Known;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::server::PageForm;
use latchkey_contracts::pages::INVITATIONS;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::words::made::Made;
use latchkey_pages::{Member, Visitor, fill, form_call};
use serde::Deserialize;

use super::one::page;
use crate::app::App;
use crate::app::invitation::edit::{Edit, EditError, edit_invitation};
use crate::app::invitation::make::MakeError;
use crate::app::invitation::renew::{RenewError, Renewal, renew_invitation};
use crate::app::invitation::revoke::{RevokeError, revoke_invitation};
use crate::app::invitation::secrets::{AddSecretError, add_secret, revoke_secret};
use crate::app::invitation::show::{Reach, ShowError, Shown};
use crate::domain::changed::Changed;
use crate::domain::invitation::{InvitationId, SecretId};
use crate::http::pages::invite::{MOST_MESSAGE, kept_link, life_of, show_link};

#[derive(Deserialize)]
pub(crate) struct Submitted {
    r#do: String,
    #[serde(default)]
    key: String,
    uses: Option<String>,
    #[serde(default)]
    end: String,
    #[serde(default)]
    message: String,
    secret: Option<i64>,
}

/// Why nothing was done.
enum Refused {
    Because(StatusCode, String),
    Fault(Fault),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn conflict(sentence: &str) -> Refused {
    Refused::Because(StatusCode::CONFLICT, sentence.to_owned())
}

fn keyed(refusal: KeyRefusal, words: &Made) -> Refused {
    match refusal {
        KeyRefusal::InProgress => Fault::overloaded("the same form").into(),
        KeyRefusal::OtherCall => conflict(words.gone),
    }
}

pub(crate) async fn submit(
    app: web::Data<App>,
    member: Member,
    path: web::Path<String>,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let Member { visitor, caller } = member;
    let known = Known::from(caller);
    let (Some(PageForm(sent)), Some(id)) = (sent, Id::<ids::Invitation>::parse(&path)) else {
        let fault = Fault::invalid("the form cannot be read");
        return visitor.trouble(&fault.into());
    };
    match act(&app, &visitor, &known, id, sent).await {
        Ok(answer) => answer,
        Err(Refused::Fault(fault)) => visitor.trouble(&fault.into()),
        Err(Refused::Because(status, said)) => {
            page(&app, &visitor, &known, &path, Some((status, said))).await
        }
    }
}

fn lead_to(id: Id<ids::Invitation>) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("{INVITATIONS}/{id}")))
        .finish()
}

async fn act(
    app: &App,
    visitor: &Visitor,
    known: &Known,
    place: Id<ids::Invitation>,
    sent: Submitted,
) -> Result<HttpResponse, Refused> {
    let words = visitor.language().made();
    let id = InvitationId(place.number());
    let (reach, call) = (Reach::of(known), call(known, place, &sent));
    match sent.r#do.as_str() {
        "edit" => {
            let edit = wanted(app, visitor, sent)?;
            let edited =
                edit_invitation(app, known, id, edit, call, |_| Ok(true), |_| Ok(Vec::new()));
            edited.await.map_err(|error| editing(error, words))?;
            Ok(lead_to(place))
        }
        "renew" => {
            let number = |made: Shown| Ok(made.invitation.id.0.to_string().into_bytes());
            let renewed = renew_invitation(app, known, id, Renewal::default(), call, number).await;
            let renewed = renewed.map_err(|error| renewing(error, words))?;
            let text = String::from_utf8_lossy(&renewed.answer).into_owned();
            Ok(lead_to(Id::of(
                text.parse::<i64>().unwrap_or(place.number()),
            )))
        }
        "withdraw" => {
            let who = (known.user, reach);
            let ended = revoke_invitation(app, who, id, None, call, |_| Ok(Vec::new())).await;
            ended.map_err(|error| revoking(error, words))?;
            Ok(lead_to(place))
        }
        "new-link" => {
            let render = move |_, secret| kept_link(id, &secret);
            let added = add_secret(app, reach, id, None, call, render).await;
            let added = added.map_err(|error| adding(error, words))?;
            Ok(show_link(app, visitor, &added.answer).await?)
        }
        "end-link" => {
            let secret = SecretId(sent.secret.unwrap_or_default());
            match revoke_secret(app, reach, id, secret).await {
                // What was taken back before is what was wanted.
                Ok(()) | Err(ShowError::NotFound) => Ok(lead_to(place)),
                Err(ShowError::Fault(fault)) => Err(fault.into()),
            }
        }
        _ => Err(Fault::invalid("there is no such button").into()),
    }
}

/// What shall be different.
fn wanted(app: &App, visitor: &Visitor, sent: Submitted) -> Result<Edit, Refused> {
    let words = visitor.language().invite();
    let bad = |said: String| Refused::Because(StatusCode::BAD_REQUEST, said);
    let most = app.settings.max_uses;
    let max_uses = match sent.uses {
        None => None,
        Some(text) => {
            let uses: Option<i64> = text.trim().parse().ok();
            let uses = uses.filter(|uses| (1..=most).contains(uses));
            let most = most.to_string();
            Some(uses.ok_or_else(|| bad(fill(words.bad_uses, &[("most", &most)])))?)
        }
    };
    let message = sent.message.replace("\r\n", "\n");
    let is_long = u32::try_from(message.chars().count()).is_ok_and(|n| n > MOST_MESSAGE);
    if is_long || message.contains('\0') {
        return Err(bad(words.long_message.to_owned()));
    }
    let now = app.db.now().process();
    let life: Option<Duration> = life_of(&sent.end);
    Ok(Edit {
        max_uses,
        expires_at: match (sent.end.as_str(), life) {
            ("keep" | "", _) => Changed::Kept,
            (_, None) => Changed::Cleared,
            (_, Some(life)) => Changed::To(now.plus(life)),
        },
        message: if message.trim().is_empty() {
            Changed::Cleared
        } else {
            Changed::To(message)
        },
        ..Edit::default()
    })
}

fn editing(error: EditError, words: &Made) -> Refused {
    match error {
        EditError::Key(refusal) => keyed(refusal, words),
        EditError::NotFound => Refused::Because(StatusCode::NOT_FOUND, words.unknown.to_owned()),
        EditError::Changed | EditError::Ended | EditError::NotLess | EditError::ForOne => {
            conflict(words.gone)
        }
        EditError::UsesTaken(count) => {
            conflict(&fill(words.taken, &[("count", &count.to_string())]))
        }
        EditError::MayNotInvite | EditError::QuotaUsedUp => conflict(words.cannot_renew),
        EditError::Fault(fault) => fault.into(),
    }
}

fn renewing(error: RenewError, words: &Made) -> Refused {
    match error {
        RenewError::Key(refusal) => keyed(refusal, words),
        RenewError::NotFound => Refused::Because(StatusCode::NOT_FOUND, words.unknown.to_owned()),
        RenewError::AlreadyRenewed(_) => conflict(words.renewed),
        RenewError::Making(MakeError::Fault(fault)) | RenewError::Fault(fault) => fault.into(),
        RenewError::ForOne | RenewError::Making(_) => conflict(words.cannot_renew),
    }
}

fn revoking(error: RevokeError, words: &Made) -> Refused {
    match error {
        RevokeError::Key(refusal) => keyed(refusal, words),
        RevokeError::NotFound => Refused::Because(StatusCode::NOT_FOUND, words.unknown.to_owned()),
        RevokeError::Ended => conflict(words.gone),
        RevokeError::Fault(fault) => fault.into(),
    }
}

fn adding(error: AddSecretError, words: &Made) -> Refused {
    match error {
        AddSecretError::Key(refusal) => keyed(refusal, words),
        AddSecretError::NotFound => {
            Refused::Because(StatusCode::NOT_FOUND, words.unknown.to_owned())
        }
        AddSecretError::Ended => conflict(words.gone),
        AddSecretError::TooMany(_) => conflict(words.too_many_links),
        AddSecretError::Fault(fault) => fault.into(),
    }
}

fn call(known: &Known, place: Id<ids::Invitation>, sent: &Submitted) -> Option<OneCall> {
    let uses = sent.uses.as_deref().unwrap_or_default();
    let asked = format!(
        "{} {place}\0{uses}\0{}\0{}",
        sent.r#do, sent.end, sent.message
    );
    form_call(known.user, &sent.key, &asked)
}
