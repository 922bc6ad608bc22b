//! What the page of a group is made from: whom it is shown to, what is said on it, and its buttons.

use actix_web::http::StatusCode;
use latchkey_contracts::pages::GROUPS;
use latchkey_pages::words::groups::Groups;
use latchkey_pages::{Member, Typed, form_key, hidden};
use maud::{Markup, html};

use super::Wrong;
use crate::app::group::page::GroupPage;
use crate::domain::group::Role;

/// What is said about what somebody wanted to do.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) status: Option<StatusCode>,
    pub(super) done: Option<&'static str>,
    pub(super) above: Option<&'static str>,
    pub(super) typed: Option<&'a Typed>,
    /// Beside the field of each.
    pub(super) message: Option<&'static str>,
    pub(super) person: Option<&'static str>,
    pub(super) edit: Option<Wrong>,
}

impl Said<'_> {
    pub(super) fn typed(&self, name: &str) -> Option<&str> {
        self.typed.map(|typed| typed.value(name))
    }
}

/// What is shown, and to whom.
pub(super) struct View<'a> {
    pub(super) member: &'a Member,
    pub(super) group: &'a GroupPage,
    pub(super) said: &'a Said<'a>,
}

impl View<'_> {
    pub(super) const fn words(&self) -> &'static Groups {
        self.member.visitor.language().groups()
    }

    pub(super) fn is_admin(&self) -> bool {
        let mine = self.group.mine.as_ref();
        mine.is_some_and(|mine| mine.role == Role::Admin)
    }

    pub(super) fn action(&self) -> String {
        let place = format!("{GROUPS}/{}", self.group.group.uuid);
        self.member.visitor.action(&place)
    }

    /// A button of one form, and what it is about.
    pub(super) fn press(
        &self,
        what: (&str, &str),
        verb: &str,
        look: &str,
        label: &str,
        about: &str,
    ) -> Markup {
        html! {
            form method="post" action=(self.action()) {
                (form_key())
                (hidden(what.0, what.1))
                button.(look) name="do" value=(verb)
                    aria-label=[(!about.is_empty()).then(|| format!("{label}: {about}"))] { (label) }
            }
        }
    }
}
