//! What the page of a group is made from: whom it is shown to, what is said on it, and its buttons.

use latchkey_contracts::pages::GROUPS;
use latchkey_pages::Member;
use latchkey_pages::words::groups::Groups;
use maud::Markup;

use super::Wrong;
use crate::app::group::page::GroupPage;
use crate::domain::group::Role;
use crate::http::pages::joined;

/// What is said about what somebody wanted to do.
pub(super) type Said<'a> = joined::Said<'a, Wrong>;

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
        joined::press(&self.action(), what, (verb, look), label, about)
    }
}
