//! What the page of a namespace is made from: whom it is shown to, what is said on it, and its buttons.

use actix_web::http::StatusCode;
use latchkey_pages::words::namespaces::Namespaces;
use latchkey_pages::{Member, Typed, form_key, hidden};
use maud::{Markup, html};

use super::make::Wrong;
use super::place;
use crate::app::namespace::page::NamespacePage;

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
    pub(super) found: &'a NamespacePage,
    pub(super) said: &'a Said<'a>,
}

impl View<'_> {
    pub(super) const fn words(&self) -> &'static Namespaces {
        self.member.visitor.language().namespaces()
    }

    pub(super) fn is_mine(&self) -> bool {
        self.found.owner.id == self.member.caller.user
    }

    pub(super) fn place(&self) -> String {
        place(&self.found.owner.username, &self.found.namespace.path)
    }

    pub(super) fn action(&self) -> String {
        self.member.visitor.action(&self.place())
    }

    /// A button of one form, and what it is about.
    pub(super) fn press(
        &self,
        id: i64,
        verb: &str,
        look: &str,
        label: &str,
        about: &str,
    ) -> Markup {
        let called = (!about.is_empty()).then(|| format!("{label}: {about}"));
        html! {
            form method="post" action=(self.action()) {
                (form_key())
                (hidden("id", &id.to_string()))
                button.(look) name="do" value=(verb) aria-label=[called] { (label) }
            }
        }
    }
}
