//! What a form of `/invitations/{inv}` does: the use cases of `/v1`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::Known;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::INVITATIONS;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::words::made::Made;
use latchkey_pages::{Member, Submission, Typed, Visitor, fill, form_call, lead_to};

use super::one::{Said, Wrong, page};
use crate::app::App;
use crate::app::invitation::edit::{Edit, EditError, edit_invitation};
use crate::app::invitation::make::MakeError;
use crate::app::invitation::renew::{RenewError, Renewal, renew_invitation};
use crate::app::invitation::revoke::{RevokeError, revoke_invitation};
use crate::app::invitation::secrets::{AddSecretError, add_secret, revoke_secret};
use crate::app::invitation::show::{Reach, ShowError, Shown};
use crate::domain::changed::Changed;
use crate::domain::invitation::{InvitationId, SecretId};
use crate::http::pages::invite::{Life, is_message, kept_link, life_of, show_link, uses_of};

/// Why nothing was done.
enum Refused {
    Because(StatusCode, String),
    /// What is to be changed stands beside it.
    Wrong(Wrong),
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
    path: web::Path<String>,
    form: Submission,
) -> HttpResponse {
    let Submission { member, sent } = form;
    let Member { visitor, caller } = member;
    let known = Known::from(caller);
    let (Some(sent), Some(id)) = (sent, Id::<ids::Invitation>::parse(&path)) else {
        let fault = Fault::invalid("the form cannot be read");
        return visitor.trouble(&fault.into());
    };
    let said = match act(&app, &visitor, &known, id, &sent).await {
        Ok(answer) => return answer,
        Err(Refused::Fault(fault)) => return visitor.trouble(&fault.into()),
        Err(Refused::Because(status, said)) => Said {
            status: Some(status),
            above: Some(said),
            // What was to be changed is not typed a second time.
            edit: (sent.value("do") == "edit").then(|| (&sent, Wrong::default())),
        },
        Err(Refused::Wrong(wrong)) => Said {
            status: Some(StatusCode::BAD_REQUEST),
            above: Some(visitor.words().form_trouble.to_owned()),
            edit: Some((&sent, wrong)),
        },
    };
    page(&app, &visitor, &known, &path, said).await
}

fn back_to(id: Id<ids::Invitation>) -> HttpResponse {
    lead_to(&format!("{INVITATIONS}/{id}"))
}

async fn act(
    app: &App,
    visitor: &Visitor,
    known: &Known,
    place: Id<ids::Invitation>,
    sent: &Typed,
) -> Result<HttpResponse, Refused> {
    let words = visitor.language().made();
    let id = InvitationId(place.number());
    let by = Actor::account(known.user, &known.username, Way::Page);
    let (who, call) = ((by, Reach::of(known)), call(known, place, sent));
    match sent.value("do") {
        "edit" => {
            let edit = wanted(app, visitor, sent)?;
            let edited = edit_invitation(
                app,
                (known, Way::Page),
                id,
                edit,
                call,
                |_| Ok(true),
                |_| Ok(Vec::new()),
            );
            edited.await.map_err(|error| editing(error, words))?;
            Ok(back_to(place))
        }
        "renew" => {
            let number = |made: Shown| Ok(made.invitation.id.0.to_string().into_bytes());
            let renewed = renew_invitation(
                app,
                (known, Way::Page),
                id,
                Renewal::default(),
                call,
                number,
            )
            .await;
            let renewed = renewed.map_err(|error| renewing(error, words))?;
            let text = String::from_utf8_lossy(&renewed.answer).into_owned();
            Ok(back_to(Id::of(
                text.parse::<i64>().unwrap_or(place.number()),
            )))
        }
        "withdraw" => {
            let ended = revoke_invitation(app, who, id, None, call, |_| Ok(Vec::new())).await;
            ended.map_err(|error| revoking(error, words))?;
            Ok(back_to(place))
        }
        "new-link" => {
            let render = move |_, secret| kept_link(id, &secret);
            let added = add_secret(app, who, id, None, call, render).await;
            let added = added.map_err(|error| adding(error, words))?;
            Ok(show_link(app, visitor, known, &added.answer).await?)
        }
        "end-link" => {
            let secret = sent.value("secret").parse();
            let secret =
                SecretId(secret.map_err(|_no_number| Fault::invalid("a link has a number"))?);
            match revoke_secret(app, who, id, secret).await {
                // What was taken back before is what was wanted.
                Ok(()) | Err(ShowError::NotFound) => Ok(back_to(place)),
                Err(ShowError::Fault(fault)) => Err(fault.into()),
            }
        }
        _ => Err(Fault::invalid("there is no such button").into()),
    }
}

/// What shall be different.
fn wanted(app: &App, visitor: &Visitor, sent: &Typed) -> Result<Edit, Refused> {
    let words = visitor.language().invite();
    let mut wrong = Wrong::default();
    let most = app.settings.max_uses;
    // What is for one person has no such field.
    let typed = sent.all("uses").next();
    let max_uses = typed.and_then(|text| uses_of(text, most));
    if typed.is_some() && max_uses.is_none() {
        wrong.uses = Some(fill(words.bad_uses, &[("most", &most.to_string())]));
    }
    let message = sent.text("message");
    if !is_message(&message) {
        wrong.message = Some(words.long_message);
    }
    let now = app.db.now().process();
    let expires_at = match (sent.value("end"), life_of(sent.value("end"))) {
        ("keep" | "", _) => Changed::Kept,
        (_, Some(Life::Endless)) => Changed::Cleared,
        (_, Some(Life::For(life))) => Changed::To(now.plus(life)),
        (_, None) => {
            wrong.end = Some(words.odd);
            Changed::Kept
        }
    };
    if !wrong.is_none() {
        return Err(Refused::Wrong(wrong));
    }
    Ok(Edit {
        max_uses,
        expires_at,
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
        EditError::Changed
        | EditError::Ended
        | EditError::NotLess(_)
        | EditError::FirstStays
        | EditError::LandingNotYours
        | EditError::ForOne => conflict(words.gone),
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

fn call(known: &Known, place: Id<ids::Invitation>, sent: &Typed) -> Option<OneCall> {
    let [verb, uses, end, message] = ["do", "uses", "end", "message"].map(|name| sent.value(name));
    let asked = format!("{verb} {place}\0{uses}\0{end}\0{message}");
    form_call(known.user, sent.value("key"), &asked)
}
