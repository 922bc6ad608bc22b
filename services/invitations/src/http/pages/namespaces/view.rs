//! What the page of a namespace is made from: whom it is shown to, what is said on it, and its buttons.

use latchkey_pages::Member;
use latchkey_pages::words::namespaces::Namespaces;
use maud::Markup;

use super::make::Wrong;
use super::place;
use crate::app::namespace::page::NamespacePage;
use crate::http::pages::joined;

/// What is said about what somebody wanted to do.
pub(super) type Said<'a> = joined::Said<'a, Wrong>;

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
        let id = id.to_string();
        joined::press(&self.action(), ("id", &id), (verb, look), label, about)
    }
}
