//! The form of `/invite` as it was sent, and what it wishes for.

use std::time::Duration;

use latchkey_common::fault::Fault;
use latchkey_pages::fill;
use latchkey_pages::words::invite::Invite;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use crate::app::App;
use crate::app::engine::find_user::find_user;
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

const DAY: Duration = Duration::from_hours(24);

/// What was typed and chosen, in order.
#[derive(Debug, Default)]
pub(super) struct Typed(pub(super) Vec<(String, String)>);

impl Typed {
    /// What a field has.
    pub(super) fn value(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Whether this is chosen.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|one| one == value)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(one, _)| one == name);
        named.map(|(_, value)| value.as_str())
    }

    fn numbers(&self, name: &str) -> impl Iterator<Item = i64> {
        self.all(name).filter_map(|text| text.parse().ok())
    }

    /// Everything that is chosen; an account comes first, because without one there is nobody to give the rest to.
    fn grants(&self) -> Vec<Wished> {
        let account = self.has("account", "1").then_some(Wanted::Account);
        let channels = self.numbers("channel").map(|id| {
            let granted = Permission::ALL.iter().copied();
            let granted = granted.filter(|one| self.has("may", &format!("{id}:{}", one.as_str())));
            Wanted::Channel(ChannelId(id), granted.collect::<Permissions>())
        });
        let groups = self.numbers("group").map(|id| {
            let role = if self.has("admin", &id.to_string()) {
                Role::Admin
            } else {
                Role::Member
            };
            Wanted::Group(WhichGroup::Id(GroupId(id)), role)
        });
        let trees = self.numbers("namespace");
        let trees = trees.map(|id| Wanted::Namespace(NamespaceId(id)));
        account
            .into_iter()
            .chain(channels)
            .chain(groups)
            .chain(trees)
            .map(Wished::from)
            .collect()
    }
}

/// How long it shall be good; `None`: without end.
pub(crate) fn life_of(end: &str) -> Option<Duration> {
    match end {
        "day" => Some(DAY),
        "month" => Some(30 * DAY),
        "never" => None,
        _ => Some(7 * DAY),
    }
}

/// What is wrong, and beside what it stands.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub(super) gives: Option<&'static str>,
    pub(super) recipient: Option<&'static str>,
    pub(super) uses: Option<String>,
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
    let grants = typed.grants();
    if grants.is_empty() {
        wrong.gives = Some(words.choose);
    } else if grants.len() > MOST_GRANTS {
        wrong.gives = Some(words.too_many);
    }
    let most = app.settings.max_uses;
    let uses: Option<i64> = typed.value("uses").trim().parse().ok();
    let uses = uses.filter(|uses| (1..=most).contains(uses));
    if uses.is_none() {
        let most = most.to_string();
        wrong.uses = Some(fill(words.bad_uses, &[("most", &most)]));
    }
    let message = typed.value("message").replace("\r\n", "\n");
    let is_long = u32::try_from(message.chars().count()).is_ok_and(|n| n > MOST_MESSAGE);
    if is_long || message.contains('\0') {
        wrong.message = Some(words.long_message);
    }
    let recipient = match typed.value("recipient").trim() {
        "" => None,
        address if address.contains('@') => Some(Recipient::Email(address.to_owned())),
        name => {
            let found = find_user(app, name).await?;
            if found.is_none() {
                wrong.recipient = Some(words.no_such_person);
            }
            found.map(Recipient::Account)
        }
    };
    let asks = typed.has("asks", "1");
    let now = app.db.now().process();
    let wish = Wish {
        grants,
        on_lost_right: OnLostRight::Drop,
        recipient,
        max_uses: uses.unwrap_or(1),
        expires_at: life_of(typed.value("end")).map(|life| now.plus(life)),
        texts: Texts {
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
        let said = [self.gives, self.recipient, self.message, self.asks];
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
            MakeError::GrantNotYours | MakeError::Twice(_) => wrong.gives = Some(words.not_yours),
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
