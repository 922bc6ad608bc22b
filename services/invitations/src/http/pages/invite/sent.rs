//! The form of `/invite` as it was sent, and what it wishes for.

use std::time::Duration;

use latchkey_common::fault::Fault;
use latchkey_common::text;
use latchkey_pages::words::invite::Invite;
use latchkey_pages::{Typed, fill};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use crate::app::App;
use crate::app::engine::find_user::find_person;
use crate::app::invitation::make::{MakeError, Recipient, Wanted, Wish, Wished};
use crate::app::invitation::wish::{Conflict, conflict};
use crate::domain::admission::Admission;
use crate::domain::group::{GroupId, Role, WhichGroup};
use crate::domain::invitation::OnLostRight;
use crate::domain::namespace::NamespaceId;
use crate::domain::texts::Texts;

/// Things that one link gives, as in `/v1`.
const MOST_GRANTS: usize = 10;

/// Characters of a message, as in `/v1`.
pub(crate) const MOST_MESSAGE: u32 = 1_000;

/// Characters of what it is called in its maker's list, as in `/v1`.
pub(crate) const MOST_LABEL: usize = 100;

const DAY: Duration = Duration::from_hours(24);

/// Everything that is chosen; an account comes first, because without one there is nobody to give the rest to.
fn grants(typed: &Typed) -> Vec<Wished> {
    let account = typed.has("account", "1").then_some(Wanted::Account);
    let channels = numbers(typed, "channel").map(|id| {
        let granted = Permission::ALL.iter().copied();
        let granted = granted.filter(|one| typed.has("may", &format!("{id}:{}", one.as_str())));
        Wanted::Channel(ChannelId(id), granted.collect::<Permissions>())
    });
    let groups = numbers(typed, "group").map(|id| {
        let role = if typed.has("admin", &id.to_string()) {
            Role::Admin
        } else {
            Role::Member
        };
        Wanted::Group(WhichGroup::Id(GroupId(id)), role)
    });
    let trees = numbers(typed, "namespace");
    let trees = trees.map(|id| Wanted::Namespace(NamespaceId(id)));
    account
        .into_iter()
        .chain(channels)
        .chain(groups)
        .chain(trees)
        .map(Wished::from)
        .collect()
}

fn numbers(typed: &Typed, name: &str) -> impl Iterator<Item = i64> {
    typed.all(name).filter_map(|text| text.parse().ok())
}

/// Whether every choice is one that the form has.
fn are_choices(typed: &Typed) -> bool {
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    let is_permission = |text: &str| {
        let known = |word: &str| Permission::ALL.iter().any(|one| one.as_str() == word);
        text.split_once(':')
            .is_some_and(|(id, word)| is_number(id) && known(word))
    };
    let mut numbers = ["channel", "group", "admin", "namespace"].into_iter();
    numbers.all(|name| typed.all(name).all(is_number))
        && typed.all("may").all(is_permission)
        && typed.all("account").all(|text| text == "1")
}

/// How long something shall be good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// So long from now.
    For(Duration),
    Endless,
}

/// How long it shall be good; `None`: that is no choice of the form's.
pub(crate) fn life_of(end: &str) -> Option<Life> {
    Some(match end {
        "day" => Life::For(DAY),
        "" | "week" => Life::For(7 * DAY),
        "month" => Life::For(30 * DAY),
        "never" => Life::Endless,
        _ => return None,
    })
}

/// The number, if it is one of people for whom an invitation may be good.
pub(crate) fn uses_of(text: &str, most: i64) -> Option<i64> {
    let uses = text.trim().parse().ok();
    uses.filter(|uses| (1..=most).contains(uses))
}

/// Whether a message is as `/v1` takes it.
pub(crate) fn is_message(text: &str) -> bool {
    let is_short = u32::try_from(text.chars().count()).is_ok_and(|n| n <= MOST_MESSAGE);
    is_short && !text.contains('\0')
}

/// What is wrong, and beside what it stands.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub(super) gives: Option<&'static str>,
    pub(super) recipient: Option<&'static str>,
    pub(super) uses: Option<String>,
    pub(super) end: Option<&'static str>,
    pub(super) label: Option<&'static str>,
    pub(super) message: Option<&'static str>,
    pub(super) asks: Option<&'static str>,
}

/// Why there is no wish.
pub(super) enum NoWish {
    Wrong(Wrong),
    Fault(Fault),
}

impl From<Fault> for NoWish {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What the form wishes for.
pub(super) async fn wish(app: &App, typed: &Typed, words: &Invite) -> Result<Wish, NoWish> {
    let mut wrong = Wrong::default();
    let grants = grants(typed);
    if !are_choices(typed) {
        wrong.gives = Some(words.odd);
    } else if grants.is_empty() {
        wrong.gives = Some(words.choose);
    } else if grants.len() > MOST_GRANTS {
        wrong.gives = Some(words.too_many);
    }
    let most = app.settings.max_uses;
    let uses = uses_of(typed.value("uses"), most);
    if uses.is_none() {
        let most = most.to_string();
        wrong.uses = Some(fill(words.bad_uses, &[("most", &most)]));
    }
    let life = life_of(typed.value("end"));
    if life.is_none() {
        wrong.end = Some(words.odd);
    }
    let message = typed.text("message");
    if !is_message(&message) {
        wrong.message = Some(words.long_message);
    }
    let label = Some(typed.value("label").trim()).filter(|text| !text.is_empty());
    if label.is_some_and(|text| !text::has_length(text, 1, MOST_LABEL) || text.contains('\0')) {
        wrong.label = Some(words.long_label);
    }
    let recipient = match typed.value("recipient").trim() {
        "" => None,
        address if address.contains('@') => Some(Recipient::Email(address.to_owned())),
        name => {
            let found = find_person(app, name).await?;
            if found.is_none() {
                wrong.recipient = Some(words.no_such_person);
            }
            found.map(|user| Recipient::Found(Box::new(user)))
        }
    };
    let asks = typed.has("asks", "1");
    if typed.all("asks").any(|text| text != "1") {
        wrong.asks = Some(words.odd);
    }
    let now = app.db.now().process();
    let wish = Wish {
        grants,
        on_lost_right: OnLostRight::Drop,
        recipient,
        max_uses: uses.unwrap_or(1),
        expires_at: match life {
            Some(Life::For(life)) => Some(now.plus(life)),
            Some(Life::Endless) | None => None,
        },
        texts: Texts {
            label: label.map(str::to_owned),
            message: Some(message).filter(|text| !text.trim().is_empty()),
            ..Texts::default()
        },
        admission: if asks {
            Admission::Request
        } else {
            Admission::Open
        },
    };
    let recipient = wish.recipient.as_ref();
    let conflict = conflict(&wish.grants, recipient, wish.max_uses, wish.admission);
    wrong.contradicted(conflict, words);
    if wrong.is_none() {
        Ok(wish)
    } else {
        Err(NoWish::Wrong(wrong))
    }
}

impl Wrong {
    fn is_none(&self) -> bool {
        let said = [
            self.gives,
            self.recipient,
            self.end,
            self.label,
            self.message,
            self.asks,
        ];
        said.iter().all(Option::is_none) && self.uses.is_none()
    }

    fn contradicted(&mut self, conflict: Option<Conflict>, words: &Invite) {
        match conflict {
            None => {}
            Some(Conflict::AskingIsForAnyone) => self.asks = Some(words.for_asking),
            Some(Conflict::OneIsForOne) => self.uses = Some(words.for_one.to_owned()),
            Some(Conflict::AccountForAccount) => self.recipient = Some(words.for_account),
        }
    }

    /// What a use case says.
    pub(super) fn of(error: MakeError, words: &Invite) -> Result<Self, Fault> {
        let mut wrong = Self::default();
        match error {
            MakeError::MayNotInvite => wrong.gives = Some(words.may_not),
            MakeError::QuotaUsedUp => wrong.gives = Some(words.quota),
            MakeError::TargetNotFound(_) => wrong.gives = Some(words.gone),
            MakeError::GrantNotYours | MakeError::LandingNotYours | MakeError::Twice(_) => {
                wrong.gives = Some(words.not_yours);
            }
            MakeError::RecipientNotFound => wrong.recipient = Some(words.no_such_person),
            MakeError::TakesNone => wrong.recipient = Some(words.takes_none),
            MakeError::AlreadyMember => wrong.recipient = Some(words.member),
            MakeError::AlreadyOpen(_) | MakeError::AskedFor(_) => {
                wrong.recipient = Some(words.open_already);
            }
            MakeError::Key(_) => return Err(Fault::overloaded("the same form")),
            MakeError::Fault(fault) => return Err(fault),
        }
        Ok(wrong)
    }
}
