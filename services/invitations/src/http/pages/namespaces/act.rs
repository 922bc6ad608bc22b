//! What a form on a namespace's page does: the use cases of the namespace contract, and those of requests, and what
//! came of them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::audit::Way;
use latchkey_common::auth::{Caller, Known, UserId};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::NAMESPACES;
use latchkey_pages::words::namespaces::Namespaces;
use latchkey_pages::{Submission, Typed, form_call};
use latchkey_peers::users::UserView;

use super::make::{Wrong, about, seen};
use super::show::{At, page, unknown};
use super::view::Said;
use super::{lead_to, place};
use crate::app::App;
use crate::app::invitation::make::Wanted;
use crate::app::join_request::approve::{DecideError, approve_request};
use crate::app::join_request::ask::{AskError, Asking, ask_to_join};
use crate::app::join_request::decider::Decider;
use crate::app::join_request::offer::Met;
use crate::app::join_request::reject::reject_request;
use crate::app::join_request::withdraw::withdraw_request;
use crate::app::namespace::accept_invitation::accept_namespace_invitation;
use crate::app::namespace::collaborators::remove_collaborator;
use crate::app::namespace::delete::delete_namespace;
use crate::app::namespace::edit::{Changes, EditError, edit_namespace};
use crate::app::namespace::end_invitation::end_namespace_invitation;
use crate::app::namespace::find::{NamespaceError, find_owned, find_visible};
use crate::app::namespace::invite::{InviteError, invite_to_namespace};
use crate::app::namespace::page::as_reader;
use crate::domain::invitation::InvitationId;
use crate::http::pages::joined::{self, message_of};

/// Why nothing was done.
type Refused = joined::Refused<Wrong>;

impl From<NamespaceError> for Refused {
    fn from(error: NamespaceError) -> Self {
        match error {
            NamespaceError::NotFound => Self::Unknown,
            NamespaceError::Fault(fault) => Self::Fault(fault),
        }
    }
}

pub(crate) async fn submit(
    app: web::Data<App>,
    at: web::Path<At>,
    form: Submission,
) -> HttpResponse {
    let Submission { member, sent } = form;
    let visitor = &member.visitor;
    let Some(typed) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let words = visitor.language().namespaces();
    let said = match act(&app, &member.caller, &at, &typed, words).await {
        Ok("deleted") => return lead_to(&format!("{NAMESPACES}?done=deleted")),
        Ok(done) => return lead_to(&format!("{}?done={done}", place(&at.owner, &at.path))),
        Err(Refused::Fault(fault)) => return visitor.trouble(&fault.into()),
        Err(Refused::Unknown) => return unknown(visitor),
        Err(Refused::Because(status, sentence)) => Said::because(status, sentence),
        Err(Refused::Wrong(said)) => said.beside(&typed, words.wrong),
    };
    page(&app, &member, &at, None, said).await
}

/// Does it, and answers a word for what was done.
async fn act(
    app: &App,
    caller: &Caller,
    at: &At,
    typed: &Typed,
    words: &Namespaces,
) -> Result<&'static str, Refused> {
    let me = as_reader(caller.clone());
    let who = Decider::person(caller.user, &caller.username, Way::Page);
    let verb = typed.value("do");
    match verb {
        "ask" => ask(app, caller, at, typed, words).await,
        "invite" => invite(app, me, at, typed, words).await,
        "accept" => {
            let accepted = accept_namespace_invitation(app, me, number(typed)?).await;
            accepted.map_err(|error| waits_no_more(error, words))?;
            Ok("joined")
        }
        "decline" | "take-back" => {
            let ended = end_namespace_invitation(app, me.id, number(typed)?).await;
            ended.map_err(|error| waits_no_more(error, words))?;
            Ok(if verb == "decline" { "no" } else { "back" })
        }
        "approve" => {
            let approved = approve_request(app, &who, number(typed)?, call(caller, at, typed));
            approved.await.map_err(|error| deciding(error, words))?;
            Ok("in")
        }
        "reject" => {
            let (id, call) = (number(typed)?, call(caller, at, typed));
            let rejected = reject_request(app, &who, id, None, call, |_| Ok(Vec::new()));
            rejected.await.map_err(|error| deciding(error, words))?;
            Ok("no")
        }
        "withdraw" => {
            let (id, call) = (number(typed)?, call(caller, at, typed));
            let withdrawn = withdraw_request(app, me.id, id, call, |_| Ok(Vec::new()));
            withdrawn.await.map_err(|error| deciding(error, words))?;
            Ok("back")
        }
        "remove" => {
            let user = UserId(number(typed)?.0);
            let namespace = find_owned(app, &me, &at.address()).await?;
            if remove_collaborator(app, namespace.root_id, user).await? {
                Ok("removed")
            } else {
                Err(Refused::Because(StatusCode::CONFLICT, words.gone))
            }
        }
        "edit" => edit(app, me, at, typed, words).await,
        "delete" => {
            let namespace = find_owned(app, &me, &at.address()).await?;
            // Whoever was quicker did what was wanted.
            delete_namespace(app, namespace).await?;
            Ok("deleted")
        }
        _ => Err(Fault::invalid("there is no such button").into()),
    }
}

/// What the button is about.
fn number(typed: &Typed) -> Result<InvitationId, Refused> {
    let id = typed.value("id").parse();
    let id = id.map_err(|_no_number| Fault::invalid("what a button is about has a number"))?;
    Ok(InvitationId(id))
}

fn call(caller: &Caller, at: &At, typed: &Typed) -> Option<OneCall> {
    let [verb, id, message] = ["do", "id", "message"].map(|name| typed.value(name));
    let asked = format!("namespace {verb} {}/{} {id} {message}", at.owner, at.path);
    form_call(caller.user, typed.value("key"), &asked)
}

fn waits_no_more(error: NamespaceError, words: &Namespaces) -> Refused {
    match error {
        NamespaceError::NotFound => Refused::Because(StatusCode::CONFLICT, words.gone),
        NamespaceError::Fault(fault) => fault.into(),
    }
}

fn deciding(error: DecideError, words: &Namespaces) -> Refused {
    match error {
        DecideError::Fault(fault) => fault.into(),
        DecideError::Key(_)
        | DecideError::NoEnd
        | DecideError::NotFound
        | DecideError::Own
        | DecideError::Decided
        | DecideError::AlreadyMember
        | DecideError::TargetClosed => Refused::Because(StatusCode::CONFLICT, words.gone),
    }
}

async fn ask(
    app: &App,
    caller: &Caller,
    at: &At,
    typed: &Typed,
    words: &Namespaces,
) -> Result<&'static str, Refused> {
    let message = message_of(typed, words.long_message)?;
    let me = as_reader(caller.clone());
    let namespace = find_visible(app, Some(&me), &at.address()).await?;
    let asking = Asking {
        wanted: Some(Wanted::Namespace(namespace.id)),
        message,
        secret: None,
    };
    let (who, call) = (Known::from(caller.clone()), call(caller, at, typed));
    match ask_to_join(app, &who, asking, call, |_| Ok(Vec::new())).await {
        Ok(Met::Answered(_)) => Ok("asked"),
        // It had been offered.
        Ok(Met::Settled(_)) => Ok("joined"),
        Err(AskError::Fault(fault)) => Err(fault.into()),
        Err(AskError::TargetNotFound) => Err(Refused::Unknown),
        Err(AskError::AlreadyMember) => {
            Err(Refused::Because(StatusCode::CONFLICT, words.you_are_in))
        }
        Err(AskError::AlreadyAsked(_)) => {
            Err(Refused::Because(StatusCode::CONFLICT, words.you_asked))
        }
        Err(
            AskError::Key(_)
            | AskError::Shut(_)
            | AskError::LetsIn
            | AskError::OtherTarget
            | AskError::NotTaken
            | AskError::Offered(_)
            | AskError::Accepting(_),
        ) => Err(Refused::Because(StatusCode::CONFLICT, words.gone)),
    }
}

async fn invite(
    app: &App,
    me: UserView,
    at: &At,
    typed: &Typed,
    words: &Namespaces,
) -> Result<&'static str, Refused> {
    let namespace = find_owned(app, &me, &at.address()).await?;
    let handle = typed.value("person").trim();
    let beside = Refused::beside_person;
    if handle.is_empty() || handle.contains('\0') {
        return Err(beside(words.no_person));
    }
    match invite_to_namespace(app, me, namespace, handle).await {
        Ok(_) => Ok("invited"),
        Err(InviteError::Fault(fault)) => Err(fault.into()),
        Err(InviteError::NamespaceNotFound) => Err(Refused::Unknown),
        Err(InviteError::UserNotFound) => Err(beside(words.no_person)),
        Err(InviteError::Oneself) => Err(beside(words.oneself)),
        Err(InviteError::AlreadyIn) => Err(beside(words.is_in)),
        Err(InviteError::TakesNone) => Err(beside(words.takes_none)),
        Err(InviteError::AlreadyInvited) => Err(beside(words.is_open)),
    }
}

async fn edit(
    app: &App,
    me: UserView,
    at: &At,
    typed: &Typed,
    words: &Namespaces,
) -> Result<&'static str, Refused> {
    let namespace = find_owned(app, &me, &at.address()).await?;
    let (description, visibility) = (about(typed), seen(typed));
    let wrong = Wrong {
        name: None,
        about: description.is_none().then_some(words.about_long),
        seen: visibility.is_err().then_some(words.odd),
    };
    if wrong.about.is_some() || wrong.seen.is_some() {
        return Err(Refused::beside_edit(wrong));
    }
    let changes = Changes {
        description,
        visibility: visibility.unwrap_or_default(),
    };
    match edit_namespace(app, me, namespace, changes).await {
        Ok(_) => Ok("saved"),
        Err(EditError::NotFound) => Err(Refused::Unknown),
        Err(EditError::Fault(fault)) => Err(fault.into()),
        Err(EditError::Invalid(_)) => Err(Refused::beside_edit(Wrong {
            about: Some(words.about_long),
            ..Wrong::default()
        })),
    }
}
