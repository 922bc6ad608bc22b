//! What callers send.

use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::clock::{Millis, millis};
use latchkey_common::secret::Secret;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{Account, Channel, Group, Id, Namespace};
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::{list, times};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};
use uuid::Uuid;

use super::errors::NO_END;
use super::landings::landing;
use crate::app::invitation::list::{Part, Wanted as Filter};
use crate::app::invitation::make::{Recipient, Wanted, Wished};
use crate::app::invitation::wish::{Conflict, conflict};
use crate::domain::admission::Admission;
use crate::domain::group::{GroupId, Role, WhichGroup};
use crate::domain::invitation::OnLostRight;
use crate::domain::kind::Kind;
use crate::domain::namespace::NamespaceId;
use crate::domain::texts::Texts;

/// Things that one invitation gives: all of them are given within the deadline of one act.
pub(super) const MOST_GRANTS: usize = 10;

/// Longer than any secret of any contract.
pub(super) const LONGEST_SECRET: usize = 200;

/// When an invitation shall end.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    At(Millis),
    In(Duration),
}

/// `POST /v1/invitations`.
#[derive(Debug)]
pub(crate) struct NewInvitation {
    pub(super) grants: Vec<Wished>,
    pub(super) on_lost_right: OnLostRight,
    pub(super) recipient: Option<Recipient>,
    pub(super) max_uses: i64,
    pub(super) end: Option<End>,
    pub(super) texts: Texts,
    pub(super) admission: Admission,
}

impl FromForm for NewInvitation {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        form.require("grants");
        let grants = form.objects("grants", MOST_GRANTS, wished);
        let what = "This must be drop or refuse.";
        let on_lost_right = form.parsed("on_lost_right", what, |word| match word {
            "drop" => Some(OnLostRight::Drop),
            "refuse" => Some(OnLostRight::Refuse),
            _ => None,
        });
        let audience = form.object("audience", audience);
        let max_uses = form.number("max_uses", 1, i64::MAX).unwrap_or(1);
        let end = end(form);
        let texts = texts(form);
        let what = "This must be open or request.";
        let admission = form.parsed("admission", what, Admission::parse);
        let admission = admission.unwrap_or(Admission::Open);
        let mut grants = grants?;
        // Without an account there is nobody to give the rest to.
        grants.sort_by_key(|grant| !matches!(grant.wanted, Wanted::Account));
        let recipient = audience.flatten();
        let conflict = conflict(&grants, recipient.as_ref(), max_uses, admission);
        let (name, word, detail) = match conflict {
            None => {
                return Some(Self {
                    grants,
                    on_lost_right: on_lost_right.unwrap_or(OnLostRight::Drop),
                    recipient,
                    max_uses,
                    end,
                    texts,
                    admission,
                });
            }
            Some(Conflict::AskingIsForAnyone) => (
                "admission",
                "conflict",
                "People ask to come into one thing by a link that is for anyone.",
            ),
            Some(Conflict::OneIsForOne) => (
                "max_uses",
                "range",
                "What is for one account is good for one.",
            ),
            Some(Conflict::AccountForAccount) => (
                "audience",
                "conflict",
                "Whoever has an account needs no other.",
            ),
        };
        form.refuse(name, word, detail)
    }
}

/// One thing to be given, and for how long.
pub(super) fn wished(form: &mut Form<'_>) -> Option<Wished> {
    let wanted = grant(form);
    let ends_after = ends_after(form);
    let wanted = wanted?;
    if ends_after.is_some() && matches!(wanted, Wanted::Account) {
        return form.refuse("ends_after", "conflict", NO_END);
    }
    Some(Wished { wanted, ends_after })
}

/// In milliseconds.
pub(super) fn ends_after(form: &mut Form<'_>) -> Option<i64> {
    let what = "This must be a span without years and months, such as P30D or PT12H, of ten years at most.";
    form.parsed("ends_after", what, times::span).map(millis)
}

fn grant(form: &mut Form<'_>) -> Option<Wanted> {
    form.require("type");
    let known = ["account", "channel", "group", "namespace"];
    let sort = form.parsed(
        "type",
        "This must be account, channel, group or namespace.",
        |word| known.iter().find(|one| **one == word).copied(),
    )?;
    match sort {
        "channel" => {
            form.require("channel");
            let channel = form.parsed("channel", "This must be the id of a channel.", |text| {
                Id::<Channel>::parse(text)
            });
            let words = form.words("permissions", 10, "This must be a permission.", |word| {
                Permission::parse(word)
            });
            let permissions: Permissions = words.unwrap_or_default().into_iter().collect();
            Some(Wanted::Channel(ChannelId(channel?.number()), permissions))
        }
        "group" => {
            form.require("group");
            let what = "This must be the id of a group, or the UUID that its own contract shows.";
            let group = form.parsed("group", what, which_group);
            let role = form.parsed("role", "This must be member or admin.", role);
            Some(Wanted::Group(group?, role.unwrap_or(Role::Member)))
        }
        "namespace" => {
            form.require("namespace");
            let what = "This must be the id of a namespace.";
            let namespace = form.parsed("namespace", what, Id::<Namespace>::parse);
            Some(Wanted::Namespace(NamespaceId(namespace?.number())))
        }
        _ => Some(Wanted::Account),
    }
}

pub(super) fn which_group(text: &str) -> Option<WhichGroup> {
    let by_id = Id::<Group>::parse(text).map(|id| WhichGroup::Id(GroupId(id.number())));
    let by_uuid = || Uuid::try_parse(text).ok();
    by_id.or_else(|| Some(WhichGroup::Uuid(by_uuid()?.hyphenated().to_string())))
}

fn role(word: &str) -> Option<Role> {
    match word {
        "member" => Some(Role::Member),
        "admin" => Some(Role::Admin),
        _ => None,
    }
}

/// `None` inside: anyone.
#[expect(
    clippy::option_option,
    reason = "the outer one is whether it could be read"
)]
fn audience(form: &mut Form<'_>) -> Option<Option<Recipient>> {
    form.require("type");
    let known = ["anyone", "account", "email"];
    let what = "This must be anyone, account or email.";
    let sort = form.parsed("type", what, |word| {
        known.iter().find(|one| **one == word).copied()
    })?;
    match sort {
        "account" => {
            form.require("account");
            let what = "This must be the id of an account.";
            let account = form.parsed("account", what, Id::<Account>::parse);
            Some(Some(Recipient::Account(UserId(account?.number()))))
        }
        "email" => {
            form.require("email");
            let email = form.parsed("email", "This must be an e-mail address.", email);
            Some(Some(Recipient::Email(email?)))
        }
        _ => Some(None),
    }
}

/// Whatever an account can have, and little more: who has it is found out by asking.
fn email(text: &str) -> Option<String> {
    let (before, after) = text.split_once('@')?;
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
    };
    let fits = text.len() <= 254 && is_plain(before) && is_plain(after);
    fits.then(|| text.to_owned())
}

pub(super) fn end(form: &mut Form<'_>) -> Option<End> {
    let at = form.parsed(
        "expires_at",
        "This must be a time with an offset, such as 2026-12-24T18:00:00Z.",
        times::time,
    );
    let span = form.parsed(
        "expires_in",
        "This must be a span without years and months, such as P7D or PT12H, of ten years at most.",
        times::span,
    );
    match (at, span) {
        (Some(_), Some(_)) => form.refuse(
            "expires_in",
            "conflict",
            "Give this or expires_at, not both.",
        ),
        (at, span) => at.map(End::At).or(span.map(End::In)),
    }
}

fn texts(form: &mut Form<'_>) -> Texts {
    let (landing_channel, welcome) = landing(form);
    Texts {
        message: form.text("message", 1, 1_000),
        label: form.text("label", 1, 100),
        note: form.text("note", 1, 1_000),
        reference: form.text("reference", 1, 200),
        revoked_because: None,
        landing_channel,
        welcome,
    }
}

/// `POST …/revoke`.
#[derive(Debug)]
pub(crate) struct Revoke(pub(super) Option<String>);

impl FromForm for Revoke {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        Some(Self(form.text("reason", 1, 500)))
    }
}

/// `POST …/secrets`.
#[derive(Debug)]
pub(crate) struct NewSecret(pub(super) Option<String>);

impl FromForm for NewSecret {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        Some(Self(form.text("label", 1, 100)))
    }
}

/// `POST /v1/invitation-previews`.
#[derive(Debug)]
pub(crate) struct Shown(pub(super) Secret);

impl FromForm for Shown {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        secret(form).map(Self)
    }
}

pub(super) fn secret(form: &mut Form<'_>) -> Option<Secret> {
    form.require("secret");
    form.text("secret", 1, LONGEST_SECRET).map(Secret::new)
}

/// `GET /v1/invitations`.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(super) filter: Filter,
    pub(super) page: list::Page,
}

impl FromQuery for Listed {
    fn from_query(parameters: &mut Parameters) -> Self {
        let is_open =
            parameters.parsed("state", "This must be open or ended.", |word| match word {
                "open" => Some(true),
                "ended" => Some(false),
                _ => None,
            });
        let what = "This must be the id of a channel, a group or a namespace.";
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.contains('\0'));
        Self {
            filter: Filter {
                is_open,
                target: parameters.parsed("target", what, target),
                label: parameters.parsed("label", "This cannot be a label.", text),
                reference: parameters.parsed("reference", "This cannot be a reference.", text),
            },
            page: list::Page::read(parameters),
        }
    }
}

pub(super) fn target(text: &str) -> Option<(Kind, i64)> {
    let channel = Id::<Channel>::parse(text).map(|id| (Kind::Channel, id.number()));
    let group = || Id::<Group>::parse(text).map(|id| (Kind::Group, id.number()));
    let namespace = || Id::<Namespace>::parse(text).map(|id| (Kind::Namespace, id.number()));
    channel.or_else(group).or_else(namespace)
}

/// The part of a list that a page is.
pub(super) const fn part(page: &list::Page) -> Part {
    Part {
        after: page.after,
        limit: page.fetched(),
        is_newest_first: page.is_newest_first,
    }
}
