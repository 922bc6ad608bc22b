//! `/namespaces/new`: makes a namespace, at the top or in another one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::NAMESPACES;
use latchkey_pages::words::namespaces::Namespaces;
use latchkey_pages::{
    Field, Fields, Member, Submission, Typed, Visitor, fill, form_key, hidden, select, trouble,
};
use maud::{Markup, html};

use super::{lead_to, place};
use crate::app::App;
use crate::app::namespace::create::{
    CreateError, NamespaceForm, TAKEN, TOO_MANY, create_namespace,
};
use crate::app::namespace::find::{Address, find_owned};
use crate::app::namespace::page::as_reader;
use crate::domain::namespace::{MAX_DESCRIPTION, Visibility, is_name};

/// What is wrong, and beside which field it stands.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub(super) name: Option<&'static str>,
    pub(super) about: Option<&'static str>,
    pub(super) seen: Option<&'static str>,
}

pub(crate) async fn show(member: Member, query: Option<web::Query<Fields>>) -> HttpResponse {
    // Another one's page leads here with its path: `/namespaces/new?in=a/b`.
    let typed = Typed(query.map(web::Query::into_inner).unwrap_or_default());
    page(&member.visitor, &typed, None)
}

pub(crate) async fn make(app: web::Data<App>, form: Submission) -> HttpResponse {
    let Submission { member, sent } = form;
    let Member { visitor, caller } = member;
    let Some(typed) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let words = visitor.language().namespaces();
    let form = match read(&typed, words) {
        Ok(form) => form,
        Err(wrong) => return page(&visitor, &typed, Some(wrong)),
    };
    let (owner, me) = (caller.username.clone(), as_reader(caller));
    match create_namespace(&app, me.clone(), form).await {
        Ok(made) => {
            let path = &made.lineage.namespace.path;
            lead_to(&format!("{}?done=made", place(&owner, path)))
        }
        Err(CreateError::Fault(fault)) => visitor.trouble(&fault.into()),
        Err(CreateError::Invalid(complaints)) => {
            let says = |sentence| complaints.iter().any(|one| one.sentence == sentence);
            // The same form twice makes one: whoever has it already is led there.
            if says(TAKEN)
                && let Ok(there) = find_owned(&app, &me, &wanted(&owner, &typed)).await
            {
                return lead_to(&place(&owner, &there.path));
            }
            let name = if says(TAKEN) {
                words.name_taken
            } else if says(TOO_MANY) {
                words.too_many
            } else {
                words.no_parent
            };
            let wrong = Wrong {
                name: Some(name),
                ..Wrong::default()
            };
            page(&visitor, &typed, Some(wrong))
        }
    }
}

/// Where it would stand.
fn wanted(owner: &str, typed: &Typed) -> Address {
    let path = match typed.value("in") {
        "" => typed.value("name").to_owned(),
        parent => format!("{parent}/{}", typed.value("name")),
    };
    Address {
        owner: owner.to_owned(),
        path,
    }
}

fn read(typed: &Typed, words: &Namespaces) -> Result<NamespaceForm, Wrong> {
    let visibility = seen(typed);
    let description = about(typed);
    let wrong = Wrong {
        name: (!is_name(typed.value("name"))).then_some(words.name_form),
        about: description.is_none().then_some(words.about_long),
        seen: visibility.is_err().then_some(words.odd),
    };
    match (description, visibility) {
        (Some(description), Ok(visibility)) if wrong.name.is_none() => Ok(NamespaceForm {
            parent: Some(typed.value("in").to_owned()),
            name: typed.value("name").to_owned(),
            description,
            visibility,
        }),
        _ => Err(wrong),
    }
}

/// The description; `None`: it is too long.
pub(super) fn about(typed: &Typed) -> Option<String> {
    let text = typed.text("about");
    let is_short = text.chars().count() <= MAX_DESCRIPTION;
    (is_short && !text.contains('\0')).then_some(text)
}

/// No choice of the form's.
pub(super) struct Odd;

/// Who shall see it; `None`: nothing is said.
pub(super) fn seen(typed: &Typed) -> Result<Option<Visibility>, Odd> {
    match typed.value("seen") {
        "" => Ok(None),
        word => Visibility::parse(word).map(Some).ok_or(Odd),
    }
}

fn page(visitor: &Visitor, typed: &Typed, wrong: Option<Wrong>) -> HttpResponse {
    let words = visitor.language().namespaces();
    let parent = typed.value("in");
    let title = if parent.is_empty() {
        words.make.to_owned()
    } else {
        fill(words.make_in, &[("path", parent)])
    };
    let status = wrong
        .as_ref()
        .map_or(StatusCode::OK, |_| StatusCode::BAD_REQUEST);
    let is_wrong = wrong.is_some();
    let wrong = wrong.unwrap_or_default();
    let name = Field {
        name: "name",
        label: words.name,
        hint: words.name_hint,
        value: typed.value("name"),
        error: wrong.name,
        fills: "off",
        length: Some((3, 32)),
        is_first: true,
        ..Field::default()
    };
    let body = html! {
        h1 { (title) }
        @if is_wrong { (trouble(words.wrong)) }
        form method="post" action=(visitor.action(&format!("{NAMESPACES}/new"))) {
            (form_key())
            @if !parent.is_empty() { (hidden("in", parent)) }
            (name.render())
            (text(words, typed.value("about"), wrong.about))
            // Below the top it is the tree's.
            @if parent.is_empty() { (sight(words, typed.value("seen"), wrong.seen)) }
            button { (words.make_button) }
        }
        p { a href=(NAMESPACES) { (words.back) } }
    };
    visitor.page_with_script(status, &title, &body)
}

/// The field for what is in it.
pub(super) fn text(words: &Namespaces, value: &str, error: Option<&str>) -> Markup {
    let about = Field {
        name: "about",
        label: words.about,
        hint: words.about_hint,
        value,
        error,
        length: u32::try_from(MAX_DESCRIPTION).ok().map(|most| (0, most)),
        is_optional: true,
        lines: Some(2),
        ..Field::default()
    };
    about.render()
}

/// The field for who sees it.
pub(super) fn sight(words: &Namespaces, chosen: &str, error: Option<&str>) -> Markup {
    let all = [
        (Visibility::Private.as_str(), words.see_private),
        (Visibility::Internal.as_str(), words.see_internal),
        (Visibility::Public.as_str(), words.see_public),
    ];
    select("seen", words.who_sees, &all, chosen, error)
}
