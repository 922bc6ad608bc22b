//! `/groups`: the groups of a place, and looking after one. What somebody may do is what the group contract's calls let
//! them do.

mod act;
mod admin;
mod show;
mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Caller;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_contracts::pages::GROUPS;
use latchkey_pages::words::groups::Groups;
use latchkey_pages::{
    Field, Member, Submission, Typed, Visitor, checkbox, form_key, lead_to, note, trouble,
};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use self::act::submit;
pub(super) use self::show::show;
use crate::app::App;
use crate::app::group::create::{CreateGroupError, NewGroup, create_group};
use crate::app::group::list::{GroupView, list_groups, view_group};
use crate::app::group::page::list_my_groups;
use crate::domain::group::{About, Group, Membership, Role, WhichGroup};

/// Groups of one's own on one page.
const OWN: i64 = 50;

/// Groups of everybody on one page.
const SIZE: i64 = 25;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    /// Groups of everybody behind this one.
    after: Option<i64>,
    /// Own ones behind this one.
    mine: Option<i64>,
    #[serde(default)]
    done: String,
}

/// What is wrong with a group that somebody describes, and beside which field it stands.
#[derive(Debug, Default)]
struct Wrong {
    name: Option<&'static str>,
    about: Option<&'static str>,
}

pub(crate) async fn list(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let opened = query.map(web::Query::into_inner).unwrap_or_default();
    page(&app, &member, &opened, None).await
}

pub(crate) async fn make(app: web::Data<App>, form: Submission) -> HttpResponse {
    let Submission { member, sent } = form;
    let Some(typed) = sent else {
        return member
            .visitor
            .trouble(&Fault::invalid("the form cannot be read").into());
    };
    let words = member.visitor.language().groups();
    let made = match about(&typed, words) {
        Ok(about) => try_make(&app, &member.caller, typed.value("name"), about).await,
        Err(wrong) => {
            return page(&app, &member, &Opened::default(), Some((&typed, wrong))).await;
        }
    };
    let wrong = match made {
        Ok(Made::Now(group)) => return lead_to(&format!("{}?done=made", place(&group))),
        Ok(Made::Before(group)) => return lead_to(&place(&group)),
        Err(CreateGroupError::Fault(fault)) => return member.visitor.trouble(&fault.into()),
        Err(CreateGroupError::Invalid) => Wrong::name(words.name_form),
        Err(CreateGroupError::NameTaken) => Wrong::name(words.name_taken),
        Err(CreateGroupError::TooMany) => Wrong::name(words.too_many),
    };
    page(&app, &member, &Opened::default(), Some((&typed, wrong))).await
}

/// A group of this name.
enum Made {
    Now(Group),
    Before(Group),
}

/// The same form twice makes one group: whoever is in it already is led there.
async fn try_make(
    app: &App,
    me: &Caller,
    name: &str,
    about: About,
) -> Result<Made, CreateGroupError> {
    let new = NewGroup {
        owner: me.user,
        name: name.to_owned(),
        about,
    };
    match create_group(app, new).await {
        Err(CreateGroupError::NameTaken) => {
            let found = view_group(app, me.user, WhichGroup::named(name)).await?;
            let mine = found.filter(|one| one.is_member && one.group.name == name);
            let mine = mine.map(|one| Made::Before(one.group));
            mine.ok_or(CreateGroupError::NameTaken)
        }
        made => made.map(Made::Now),
    }
}

/// What a form says of a group beside its name.
fn about(typed: &Typed, words: &Groups) -> Result<About, Wrong> {
    let about = About {
        description: Some(typed.text("about")),
        accepting_new_members: Some(typed.has("accepts", "1")),
        ..About::default()
    };
    if about.fits() && !typed.value("about").contains('\0') {
        Ok(about)
    } else {
        Err(Wrong {
            name: None,
            about: Some(words.about_long),
        })
    }
}

impl Wrong {
    const fn name(said: &'static str) -> Self {
        Self {
            name: Some(said),
            about: None,
        }
    }
}

/// Where a group lies.
fn place(group: &Group) -> String {
    format!("{GROUPS}/{}", group.uuid)
}

async fn page(
    app: &App,
    member: &Member,
    opened: &Opened,
    wrong: Option<(&Typed, Wrong)>,
) -> HttpResponse {
    let (visitor, me) = (&member.visitor, member.caller.user);
    let part = Page {
        after: opened.after,
        limit: Some(SIZE),
    };
    let found = async {
        let mine = list_my_groups(app, me, (opened.mine, OWN)).await?;
        Ok::<_, Fault>((mine, list_groups(app, me, false, &part).await?))
    };
    match found.await {
        Ok((mine, all)) => {
            let words = visitor.language().groups();
            let status = wrong
                .as_ref()
                .map_or(StatusCode::OK, |_| StatusCode::BAD_REQUEST);
            let body = html! {
                h1 { (words.title) }
                @if wrong.is_some() { (trouble(words.wrong)) }
                @if let Some(said) = done(&opened.done, words) { (note(&html! { p { (said) } })) }
                (own(words, &mine))
                (everybodys(words, &all))
                (making(visitor, wrong))
            };
            visitor.page_with_script(status, words.title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

fn done(word: &str, words: &Groups) -> Option<&'static str> {
    match word {
        "left" => Some(words.done_left),
        "deleted" => Some(words.done_deleted),
        _ => None,
    }
}

fn own(words: &Groups, mine: &Paged<(Membership, Group)>) -> Markup {
    html! {
        h2 { (words.mine) }
        @if mine.items.is_empty() { p { (words.none) } }
        ul.rows {
            @for (member, group) in &mine.items {
                li {
                    a href=(place(group)) dir="auto" { (group.name) }
                    @if member.role == Role::Admin { span.count { (words.admin) } }
                }
            }
        }
        @if let Some(after) = mine.next { p { a href=(format!("{GROUPS}?mine={after}")) { (words.more) } } }
    }
}

fn everybodys(words: &Groups, all: &Paged<GroupView>) -> Markup {
    html! {
        h2 { (words.all) }
        @if all.items.is_empty() { p { (words.all_none) } }
        ul.rows {
            @for one in &all.items {
                li {
                    a href=(place(&one.group)) dir="auto" { (one.group.name) }
                    @if one.is_member { span.quiet { (words.member) } }
                    @else if !one.group.accepting_new_members { span.quiet { (words.closed) } }
                }
            }
        }
        @if let Some(after) = all.next { p { a href=(format!("{GROUPS}?after={after}")) { (words.more) } } }
    }
}

fn making(visitor: &Visitor, wrong: Option<(&Typed, Wrong)>) -> Markup {
    let words = visitor.language().groups();
    let (typed, wrong) = wrong.unzip();
    let (name, text) = typed.map_or(("", ""), |typed| {
        (typed.value("name"), typed.value("about"))
    });
    let accepts = typed.is_none_or(|typed| typed.has("accepts", "1"));
    html! {
        h2 { (words.make) }
        form method="post" action=(visitor.action(GROUPS)) {
            (form_key())
            (described(words, (name, text, accepts), &wrong.unwrap_or_default()))
            button { (words.make_button) }
        }
    }
}

/// The fields that describe a group.
fn described(words: &Groups, (name, text, accepts): (&str, &str, bool), wrong: &Wrong) -> Markup {
    let name = Field {
        name: "name",
        label: words.name,
        hint: words.name_hint,
        value: name,
        error: wrong.name,
        fills: "off",
        length: Some((2, 100)),
        ..Field::default()
    };
    let about = Field {
        name: "about",
        label: words.about,
        hint: words.about_hint,
        value: text,
        error: wrong.about,
        length: Some((0, 1_000)),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    html! {
        (name.render())
        (about.render())
        (checkbox("accepts", "1", words.accepts, accepts))
    }
}
