//! The page behind a link: who invites, into what, what one may do there, how long, and the way in.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::Caller;
use latchkey_common::secret::Secret;
use latchkey_common::server::ClientAddress;
use latchkey_contracts::pages::INVITATIONS;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::{Arrived, Guest, Visitor, Words, fill, moment, note, span};
use latchkey_peers::channels::{Permission, Permissions};
use maud::{Markup, html};

use super::form::invited_by;
use super::{shut, way_in};
use crate::app::App;
use crate::app::invitation::land::{Landing, land};
use crate::app::invitation::preview::Preview;
use crate::app::invitation::redeem::RedemptionError;
use crate::domain::admission::Admission;
use crate::domain::grant::{Grant, Promise};
use crate::domain::group::Role;
use crate::domain::invitation::InvitationId;
use crate::domain::secret::pasted;

pub(crate) async fn show(
    app: web::Data<App>,
    Guest { visitor, caller }: Guest,
    client: ClientAddress,
    path: web::Path<String>,
    req: HttpRequest,
) -> HttpResponse {
    let secret = pasted(&path);
    page(&app, &visitor, client, caller.as_ref(), (&secret, &req)).await
}

/// The page for whoever opens it by whichever address.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    client: ClientAddress,
    caller: Option<&Caller>,
    (secret, req): (&Secret, &HttpRequest),
) -> HttpResponse {
    match look(app, client, caller, secret).await {
        Ok(Landing::Open(preview)) => open(visitor, caller, secret, (&preview, false)),
        Ok(Landing::OpenAgain(preview)) => open(visitor, caller, secret, (&preview, true)),
        Ok(Landing::AlreadyIn) => {
            let arrived = Arrived::at(req);
            let text = visitor.words().in_text;
            let page = shut::already_in(visitor, text, &arrived.line());
            arrived.read(page)
        }
        Ok(Landing::Out) => shut::out(visitor),
        Ok(Landing::Own(id, preview)) => own(visitor, id, preview.as_deref()),
        Ok(Landing::ForAnother(hint)) => shut::for_another(visitor, secret, &hint),
        Ok(Landing::ForOne) => shut::for_one(visitor, secret),
        Err(error) => shut::page(visitor, secret, error),
    }
}

async fn look(
    app: &App,
    client: ClientAddress,
    caller: Option<&Caller>,
    secret: &Secret,
) -> Result<Landing, RedemptionError> {
    app.limits.check("secret", client.0)?;
    let who = caller.map(|caller| (caller.user, caller.username.as_str()));
    Ok(land(app, secret, who).await?)
}

fn open(
    visitor: &Visitor,
    caller: Option<&Caller>,
    secret: &Secret,
    (preview, was_in): (&Preview, bool),
) -> HttpResponse {
    let words = visitor.words();
    let is_account = |one: Grant| one == Grant::Account;
    let makes_account = grants(preview).any(is_account);
    let way = match caller {
        None if makes_account => {
            way_in::by_account(visitor, secret, !grants(preview).all(is_account))
        }
        None => way_in::by_signing_in(visitor, secret),
        Some(caller) if grants(preview).all(is_account) => {
            return shut::account_there(visitor, secret, &caller.username);
        }
        Some(_) if preview.opened.shown.admission == Admission::Request => {
            way_in::by_asking(visitor, secret, ("", None))
        }
        Some(caller) => way_in::by_saying_yes(visitor, secret, caller, preview),
    };
    let title = invited_by(words, preview);
    let body = html! {
        h1 { (title) }
        @if was_in { (note(&html! { p { (words.out_title) "." } p { (words.out_text) } })) }
        (describe(visitor, preview))
        (way)
    };
    visitor.page_with_form(StatusCode::OK, &title, &body)
}

/// For whoever has made it.
fn own(visitor: &Visitor, id: InvitationId, preview: Option<&Preview>) -> HttpResponse {
    let words = visitor.words();
    let id = Id::<ids::Invitation>::of(id.0);
    let body = html! {
        h1 { (words.own_title) }
        @if let Some(preview) = preview {
            p { (words.own_text) }
            (describe(visitor, preview))
        }
        p { a href=(format!("{INVITATIONS}/{id}")) { (words.own_story) } }
    };
    visitor.page(StatusCode::OK, words.own_title, &body)
}

/// What whoever opens it reads.
pub(super) fn describe(visitor: &Visitor, preview: &Preview) -> Markup {
    let words = visitor.words();
    html! {
        (what(visitor, preview))
        @if preview.things.len() > 1 && let Some(name) = preview.landing() {
            p { (fill(visitor.language().landing().arrive, &[("target", name)])) }
        }
        @if let Some(message) = &preview.opened.shown.texts.message { blockquote { (message) } }
        (terms(words, preview))
    }
}

/// Everything that it gives, in order.
fn grants(preview: &Preview) -> impl Iterator<Item = Grant> {
    preview.opened.shown.grants.iter().map(|one| one.grant)
}

/// Into what, and what one may do there. What nobody gets any more is left out.
fn what(visitor: &Visitor, preview: &Preview) -> Markup {
    let words = visitor.words();
    let things = preview.opened.shown.grants.iter().zip(&preview.things);
    let given = things.filter(|(_, thing)| thing.lost.is_none());
    html! {
        @for (promise, thing) in given {
            p { (into(words, promise.grant, thing.name.as_deref().unwrap_or_default())) }
            @let may = may(words, promise.grant);
            @if !may.is_empty() { p.quiet { (words.you_may) ": " (may.join(", ")) } }
            @if let Some(stay) = stay(visitor, promise) { p.quiet { (stay) } }
        }
    }
}

/// For how long whoever comes is in, where it is not for good.
pub(super) fn stay(visitor: &Visitor, promise: &Promise) -> Option<String> {
    let span = span(visitor.language(), stay_of(promise)?);
    Some(fill(visitor.words().stay, &[("span", &span)]))
}

/// The same as a span.
pub(super) fn stay_of(promise: &Promise) -> Option<Duration> {
    let millis = u64::try_from(promise.ends_after?).ok()?;
    Some(Duration::from_millis(millis))
}

fn into(words: &Words, grant: Grant, target: &str) -> String {
    let sentence = match grant {
        Grant::Account => words.into_account,
        Grant::Channel(..) => words.into_channel,
        Grant::Group(..) => words.into_group,
        Grant::Namespace(_) => words.into_namespace,
    };
    fill(sentence, &[("target", target)])
}

/// How long the link is good, and for how many.
fn terms(words: &Words, preview: &Preview) -> Markup {
    let row = &preview.opened.shown.invitation;
    let left = row.max_uses.saturating_sub(row.used);
    let places = fill(
        words.places,
        &[
            ("left", &left.to_string()),
            ("all", &row.max_uses.to_string()),
        ],
    );
    html! {
        dl {
            dt { (words.good_until) }
            dd {
                @match row.expires_at {
                    Some(end) => (moment(end)),
                    None => (words.no_end),
                }
            }
            dt { (words.good_for) }
            dd { (places) }
        }
    }
}

/// What one may do there.
pub(super) fn may(words: &Words, grant: Grant) -> Vec<&'static str> {
    match grant {
        Grant::Account => Vec::new(),
        Grant::Channel(_, permissions) => in_channel(words, permissions),
        Grant::Group(_, Role::Admin) => vec![words.may_decide],
        Grant::Group(_, Role::Member) => vec![words.may_belong],
        Grant::Namespace(_) => vec![words.may_edit],
    }
}

fn in_channel(words: &Words, permissions: Permissions) -> Vec<&'static str> {
    let all = [
        (Permission::Read, words.may_read),
        (Permission::Write, words.may_write),
        (Permission::Invite, words.may_invite),
        (Permission::Rename, words.may_rename),
        (Permission::RemoveUsers, words.may_remove),
    ];
    let given = all
        .into_iter()
        .filter(|(one, _)| permissions.contains(*one));
    given.map(|(_, word)| word).collect()
}
