//! What a form on a group's page does: the use cases of the group contract, and what came of them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::GROUPS;
use latchkey_pages::words::groups::Groups;
use latchkey_pages::{Submission, Typed};

use super::show::{page, unknown};
use super::view::Said;
use super::{Wrong, about, lead_to};
use crate::app::App;
use crate::app::engine::find_user::find_person;
use crate::app::group::change_join_request::{
    ChangeError, change_join_request, delete_join_request,
};
use crate::app::group::change_membership::{MembershipError, change_role, end_membership};
use crate::app::group::edit::{EditGroupError, delete_group, edit_group};
use crate::app::group::make_join_request::{
    MakeError, NewJoinRequest, make_join_request, make_join_request_for,
};
use crate::domain::group::{Role, WhichGroup};
use crate::domain::join_request::{Change, StatusWord, Word};
use crate::domain::kind::Direction;
use crate::http::pages::joined::{self, message_of};

/// Why nothing was done.
type Refused = joined::Refused<Wrong>;

pub(crate) async fn submit(
    app: web::Data<App>,
    id: web::Path<String>,
    form: Submission,
) -> HttpResponse {
    let Submission { member, sent } = form;
    let visitor = &member.visitor;
    let Some(typed) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let words = visitor.language().groups();
    let said = match act(&app, &member.caller, &id, &typed, words).await {
        Ok("left") => return lead_to(&format!("{GROUPS}?done=left")),
        Ok("deleted") => return lead_to(&format!("{GROUPS}?done=deleted")),
        Ok(done) => return lead_to(&format!("{GROUPS}/{id}?done={done}")),
        Err(Refused::Fault(fault)) => return visitor.trouble(&fault.into()),
        Err(Refused::Unknown) => return unknown(visitor),
        Err(Refused::Because(status, sentence)) => Said::because(status, sentence),
        Err(Refused::Wrong(said)) => said.beside(&typed, words.wrong),
    };
    page(&app, &member, &id, None, said).await
}

/// Does it, and answers a word for what was done.
async fn act(
    app: &App,
    me: &Caller,
    id: &str,
    typed: &Typed,
    words: &Groups,
) -> Result<&'static str, Refused> {
    let request = || typed.value("request").to_owned();
    let member = || typed.value("member").to_owned();
    let which = || WhichGroup::Uuid(id.to_owned());
    match typed.value("do") {
        "ask" => ask(app, me, id, typed, words).await,
        "invite" => invite(app, me, id, typed, words).await,
        "approve" => decide(app, me, request(), (Word::Approved, "in"), words).await,
        "reject" | "decline" => decide(app, me, request(), (Word::Rejected, "no"), words).await,
        "accept" => decide(app, me, request(), (Word::Accepted, "joined"), words).await,
        "take-back" => {
            let ended = delete_join_request(app, me.user, request()).await;
            ended.map_err(|error| changing(error, words))?;
            Ok("back")
        }
        verb @ ("admin" | "member") => {
            let role = if verb == "admin" {
                Role::Admin
            } else {
                Role::Member
            };
            let changed = change_role(app, me.user, member(), Some(role)).await;
            changed.map_err(|error| of_member(error, words))?;
            Ok("saved")
        }
        verb @ ("remove" | "leave") => {
            let ended = end_membership(app, me.user, member()).await;
            ended.map_err(|error| of_member(error, words))?;
            Ok(if verb == "leave" { "left" } else { "removed" })
        }
        "edit" => {
            let name = Some(typed.value("name").to_owned());
            let about = about(typed, words).map_err(Refused::beside_edit)?;
            let edited = edit_group(app, me.user, which(), name, about).await;
            edited.map_err(|error| editing(error, words))?;
            Ok("saved")
        }
        "delete" => {
            let deleted = delete_group(app, me.user, which()).await;
            deleted.map_err(|error| editing(error, words))?;
            Ok("deleted")
        }
        _ => Err(Fault::invalid("there is no such button").into()),
    }
}

fn new(me: &Caller, user: String, group: &str, direction: Direction) -> NewJoinRequest {
    NewJoinRequest {
        caller: me.user,
        user,
        group: group.to_owned(),
        direction,
        message: None,
    }
}

async fn ask(
    app: &App,
    me: &Caller,
    id: &str,
    typed: &Typed,
    words: &Groups,
) -> Result<&'static str, Refused> {
    let message = message_of(typed, words.long_message)?;
    let request = NewJoinRequest {
        message,
        ..new(me, me.uuid.clone(), id, Direction::Request)
    };
    match make_join_request(app, request).await {
        Ok(_) => Ok("asked"),
        Err(error) => {
            let (status, sentence) = not_made(error, words)?;
            Err(Refused::Because(status, sentence))
        }
    }
}

async fn invite(
    app: &App,
    me: &Caller,
    id: &str,
    typed: &Typed,
    words: &Groups,
) -> Result<&'static str, Refused> {
    let beside = Refused::beside_person;
    let name = typed.value("person").trim();
    let found = if name.contains('\0') {
        None
    } else {
        find_person(app, name).await?
    };
    let found = found.ok_or_else(|| beside(words.no_person))?;
    let offer = new(me, found.uuid.clone(), id, Direction::Offer);
    match make_join_request_for(app, offer, found).await {
        Ok(_) => Ok("invited"),
        Err(error) => Err(match not_made(error, words)? {
            (StatusCode::CONFLICT, sentence) => beside(sentence),
            (status, sentence) => Refused::Because(status, sentence),
        }),
    }
}

fn not_made(error: MakeError, words: &Groups) -> Result<(StatusCode, &'static str), Refused> {
    Ok(match error {
        MakeError::GroupNotFound => return Err(Refused::Unknown),
        MakeError::Fault(fault) => return Err(fault.into()),
        MakeError::NotAllowed => (StatusCode::FORBIDDEN, words.may_not),
        MakeError::UserNotFound => (StatusCode::CONFLICT, words.no_person),
        MakeError::AlreadyMember => (StatusCode::CONFLICT, words.is_member),
        MakeError::Closed => (StatusCode::CONFLICT, words.is_closed),
        MakeError::TakesNone => (StatusCode::CONFLICT, words.takes_none),
        MakeError::AlreadyAsked => (StatusCode::CONFLICT, words.is_open),
    })
}

async fn decide(
    app: &App,
    me: &Caller,
    request: String,
    (word, done): (Word, &'static str),
    words: &Groups,
) -> Result<&'static str, Refused> {
    let change = Change {
        message: None,
        status: Some(StatusWord::Decided(word)),
    };
    let changed = change_join_request(app, me.user, request, change).await;
    changed
        .map(|_| done)
        .map_err(|error| changing(error, words))
}

fn changing(error: ChangeError, words: &Groups) -> Refused {
    match error {
        ChangeError::NotFound | ChangeError::Decided => {
            Refused::Because(StatusCode::CONFLICT, words.gone)
        }
        ChangeError::NotAllowed => Refused::Because(StatusCode::FORBIDDEN, words.may_not),
        ChangeError::Fault(fault) => fault.into(),
    }
}

fn of_member(error: MembershipError, words: &Groups) -> Refused {
    match error {
        MembershipError::NotFound => Refused::Because(StatusCode::CONFLICT, words.gone),
        MembershipError::NotAllowed => Refused::Because(StatusCode::FORBIDDEN, words.may_not),
        MembershipError::LastAdmin => Refused::Because(StatusCode::CONFLICT, words.last_admin),
        MembershipError::Fault(fault) => fault.into(),
    }
}

fn editing(error: EditGroupError, words: &Groups) -> Refused {
    match error {
        EditGroupError::Invalid => Refused::beside_edit(Wrong::name(words.name_form)),
        EditGroupError::NameTaken => Refused::beside_edit(Wrong::name(words.name_taken)),
        EditGroupError::NotFound => Refused::Unknown,
        EditGroupError::NotAllowed => Refused::Because(StatusCode::FORBIDDEN, words.may_not),
        EditGroupError::Fault(fault) => fault.into(),
    }
}
