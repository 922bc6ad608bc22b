//! The page behind a link: who invites, into what, what one may do there, how long, and the way in.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use latchkey_common::clock::Millis;
use latchkey_common::secret::Secret;
use latchkey_common::server::ClientAddress;
use latchkey_contracts::chat::SignedIn;
use latchkey_contracts::pages::LANDING;
use latchkey_pages::{Visitor, Words, fill, hidden, note};
use latchkey_peers::channels::{Permission, Permissions};
use maud::{Markup, html};

use super::form::{Typed, form_key, invited_by, new_key};
use super::shut;
use crate::app::App;
use crate::app::invitation::land::{Landing, land};
use crate::app::invitation::preview::Preview;
use crate::app::invitation::redeem::RedemptionError;
use crate::app::invitation::sign_up::accept_by_form;
use crate::domain::grant::Grant;
use crate::domain::group::Role;
use crate::domain::secret::pasted;

pub(crate) async fn show(
    app: web::Data<App>,
    visitor: Visitor,
    client: ClientAddress,
    caller: Option<SignedIn>,
    path: web::Path<String>,
) -> HttpResponse {
    let secret = pasted(&path);
    page(&app, &visitor, client, caller.as_ref(), &secret).await
}

/// The page for whoever opens it by whichever address.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    client: ClientAddress,
    caller: Option<&SignedIn>,
    secret: &Secret,
) -> HttpResponse {
    match look(app, client, caller, secret).await {
        Ok(Landing::Open(preview)) => open(visitor, caller, secret, &preview),
        Ok(Landing::AlreadyIn) => shut::already_in(visitor),
        Ok(Landing::ForAnother(hint)) => shut::for_another(visitor, &hint),
        Err(error) => shut::page(visitor, error),
    }
}

async fn look(
    app: &App,
    client: ClientAddress,
    caller: Option<&SignedIn>,
    secret: &Secret,
) -> Result<Landing, RedemptionError> {
    app.limits.check("secret", client.0)?;
    Ok(land(app, secret, caller.map(|caller| caller.user)).await?)
}

/// Somebody who is signed in comes in.
pub(crate) async fn accept(
    app: web::Data<App>,
    visitor: Visitor,
    client: ClientAddress,
    caller: Option<SignedIn>,
    path: web::Path<String>,
    sent: Option<web::Form<HashMap<String, String>>>,
) -> HttpResponse {
    let secret = pasted(&path);
    let Some(caller) = caller else {
        return shut::page(&visitor, RedemptionError::SignInNeeded);
    };
    let key = sent.and_then(|mut sent| sent.remove("key"));
    let key = form_key(key.unwrap_or_default());
    let who = (caller.user, caller.username.clone());
    let came = match app.limits.check("secret", client.0) {
        Ok(()) => accept_by_form(&app, secret.clone(), who, key).await,
        Err(fault) => Err(fault.into()),
    };
    match came {
        // The link itself says to whoever came by it that they are in, as often as it is opened.
        Ok(()) => HttpResponse::SeeOther()
            .insert_header((LOCATION, format!("{LANDING}/{}", secret.expose())))
            .finish(),
        Err(RedemptionError::AlreadyMember) => shut::already_in(&visitor),
        Err(RedemptionError::AccountThere) => shut::account_there(&visitor, &caller.username),
        Err(error) => shut::page(&visitor, error),
    }
}

fn open(
    visitor: &Visitor,
    caller: Option<&SignedIn>,
    secret: &Secret,
    preview: &Preview,
) -> HttpResponse {
    let words = visitor.words();
    let grants: Vec<Grant> = grants(preview).collect();
    let way_in = match caller {
        None if grants.contains(&Grant::Account) => html! {
            h2 { (words.register_title) }
            (Typed::nothing(secret).form(visitor))
        },
        None => note(&html! { p { (words.member_title) "." } p { (words.member_next) } }),
        Some(caller) if grants.iter().all(|one| *one == Grant::Account) => {
            return shut::account_there(visitor, &caller.username);
        }
        Some(caller) => html! {
            p { (fill(words.home_signed_in, &[("name", &caller.username)])) }
            form method="post" action=(visitor.action(&format!("{LANDING}/{}", secret.expose()))) {
                (hidden("key", &new_key()))
                button { (words.accept) }
            }
        },
    };
    let title = invited_by(words, preview);
    let body = html! {
        h1 { (title) }
        (what(words, preview))
        @if let Some(message) = &preview.opened.shown.texts.message { blockquote { (message) } }
        (terms(words, preview))
        (way_in)
    };
    visitor.page_with_form(StatusCode::OK, &title, &body)
}

/// Everything that it gives, in order.
fn grants(preview: &Preview) -> impl Iterator<Item = Grant> {
    preview.opened.shown.grants.iter().map(|one| one.grant)
}

/// Into what, and what one may do there. What nobody gets any more is left out.
fn what(words: &Words, preview: &Preview) -> Markup {
    let things = grants(preview).zip(&preview.things);
    let given = things.filter(|(_, thing)| thing.lost.is_none());
    html! {
        @for (grant, thing) in given {
            p { (into(words, grant, thing.name.as_deref().unwrap_or_default())) }
            @let may = may(words, grant);
            @if !may.is_empty() { p.quiet { (words.you_may) ": " (may.join(", ")) } }
        }
    }
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
    let end = row.expires_at.map(Millis::rfc3339);
    html! {
        dl {
            dt { (words.good_until) }
            dd {
                @match &end {
                    Some(end) => time datetime=(end) { (shown(end)) },
                    None => (words.no_end),
                }
            }
            dt { (words.good_for) }
            dd { (places) }
        }
    }
}

/// A moment for people: to the minute.
fn shown(end: &str) -> String {
    let minutes: String = end.chars().take("2026-01-01T00:00".len()).collect();
    format!("{} UTC", minutes.replace('T', " "))
}

fn may(words: &Words, grant: Grant) -> Vec<&'static str> {
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
