//! What a form of the inbox does: the use cases of `/v1`, and what came of them.

use actix_web::http::StatusCode;
use latchkey_common::audit::Way;
use latchkey_common::auth::{Caller, Known};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::form_call;
use latchkey_pages::words::inbox::Inbox;
use serde::Deserialize;

use crate::app::App;
use crate::app::invitation::accept::{AcceptError, accept_by_form};
use crate::app::invitation::decline::{DeclineError, decline_invitation};
use crate::app::invitation::redeem::RedemptionError;
use crate::app::invitation::redemption::Redemption;
use crate::app::join_request::approve::{DecideError, approve_request};
use crate::app::join_request::decider::Decider;
use crate::app::join_request::reject::reject_request;
use crate::app::join_request::withdraw::withdraw_request;
use crate::domain::invitation::{InvitationId, UseState};

#[derive(Deserialize)]
pub(crate) struct Submitted {
    id: String,
    r#do: String,
    #[serde(default)]
    key: String,
}

/// A button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Accept,
    Decline,
    Block,
    Approve,
    Reject,
    Withdraw,
}

impl Verb {
    const ALL: [Self; 6] = [
        Self::Accept,
        Self::Decline,
        Self::Block,
        Self::Approve,
        Self::Reject,
        Self::Withdraw,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Block => "block",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
        }
    }

    pub(super) const fn label(self, words: &Inbox) -> &'static str {
        match self {
            Self::Accept => words.accept,
            Self::Decline => words.decline,
            Self::Block => words.block,
            Self::Approve => words.approve,
            Self::Reject => words.reject,
            Self::Withdraw => words.withdraw,
        }
    }

    /// The class of the button: what says yes stands out.
    pub(super) const fn look(self) -> &'static str {
        match self {
            Self::Accept | Self::Approve => "first",
            Self::Decline | Self::Reject | Self::Withdraw => "second",
            Self::Block => "bad",
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Accepted,
    UnderWay,
    Declined,
    Blocked,
    Approved,
    Rejected,
    Withdrawn,
}

impl Done {
    const ALL: [Self; 7] = [
        Self::Accepted,
        Self::UnderWay,
        Self::Declined,
        Self::Blocked,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::UnderWay => "under-way",
            Self::Declined => "declined",
            Self::Blocked => "blocked",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    pub(super) const fn sentence(self, words: &Inbox) -> &'static str {
        match self {
            Self::Accepted => words.accepted,
            Self::UnderWay => words.under_way,
            Self::Declined => words.declined,
            Self::Blocked => words.blocked,
            Self::Approved => words.approved,
            Self::Rejected => words.rejected,
            Self::Withdrawn => words.withdrawn,
        }
    }
}

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Refused {
    Gone,
    Member,
    LostRight,
    Closed,
    Fault(Fault),
}

impl Refused {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Gone | Self::Member => StatusCode::CONFLICT,
            Self::LostRight | Self::Closed => StatusCode::GONE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(super) const fn sentence(&self, words: &Inbox) -> &'static str {
        match self {
            Self::Gone | Self::Fault(_) => words.gone,
            Self::Member => words.member,
            Self::LostRight => words.lost_right,
            Self::Closed => words.closed,
        }
    }
}

impl From<RedemptionError> for Refused {
    fn from(error: RedemptionError) -> Self {
        match error {
            RedemptionError::Key(KeyRefusal::InProgress) => {
                Fault::overloaded("the same form").into()
            }
            RedemptionError::AlreadyMember => Self::Member,
            RedemptionError::TargetClosed => Self::Closed,
            RedemptionError::InviterLostRight => Self::LostRight,
            RedemptionError::Fault(fault) => Self::Fault(fault),
            RedemptionError::Key(KeyRefusal::OtherCall)
            | RedemptionError::Shut(_)
            | RedemptionError::AccountNeeded
            | RedemptionError::AccountThere
            | RedemptionError::ByRequest
            | RedemptionError::SignInNeeded
            | RedemptionError::InvalidUsername
            | RedemptionError::InsecurePassword
            | RedemptionError::UsernameReserved
            | RedemptionError::CommonPassword
            | RedemptionError::NameAsPassword
            | RedemptionError::UsernameTaken => Self::Gone,
        }
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<AcceptError> for Refused {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::NotFound | AcceptError::Ended => Self::Gone,
            AcceptError::NotRedeemed(error) => error.into(),
            AcceptError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<DeclineError> for Refused {
    fn from(error: DeclineError) -> Self {
        match error {
            DeclineError::Fault(fault) => Self::Fault(fault),
            DeclineError::Key(_) | DeclineError::NotFound | DeclineError::Ended => Self::Gone,
        }
    }
}

impl From<DecideError> for Refused {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Key(KeyRefusal::InProgress) => Fault::overloaded("the same form").into(),
            DecideError::AlreadyMember => Self::Member,
            DecideError::TargetClosed => Self::Closed,
            DecideError::Fault(fault) => Self::Fault(fault),
            DecideError::Key(KeyRefusal::OtherCall)
            | DecideError::NoEnd
            | DecideError::NotFound
            | DecideError::Own
            | DecideError::Decided => Self::Gone,
        }
    }
}

/// Does it. What comes twice finds what the first has done.
/// Somebody who came in arrives somewhere.
pub(super) async fn act(
    app: &App,
    caller: &Caller,
    sent: Submitted,
) -> Result<(Done, Option<Redemption>), Refused> {
    let verb = Verb::ALL.into_iter().find(|one| one.word() == sent.r#do);
    let verb = verb.ok_or_else(|| Fault::invalid("there is no such button"))?;
    let offer = || Id::<ids::Invitation>::parse(&sent.id).map(|id| InvitationId(id.number()));
    let request = || Id::<ids::Request>::parse(&sent.id).map(|id| InvitationId(id.number()));
    let (me, known) = (caller.user, Known::from(caller.clone()));
    let who = Decider::person(me, &caller.username, Way::Page);
    let call = call(caller, verb, &sent);
    match verb {
        Verb::Accept => {
            let id = offer().ok_or(Refused::Gone)?;
            let (came, _) = accept_by_form(app, &known, id, call).await?;
            let done = match came.used.state {
                UseState::Reserved => Done::UnderWay,
                UseState::Used | UseState::Released => Done::Accepted,
            };
            Ok((done, Some(came)))
        }
        Verb::Decline | Verb::Block => {
            let id = offer().ok_or(Refused::Gone)?;
            let blocks = verb == Verb::Block;
            decline_invitation(app, me, id, blocks, call, |_| Ok(Vec::new())).await?;
            let done = if blocks {
                Done::Blocked
            } else {
                Done::Declined
            };
            Ok((done, None))
        }
        Verb::Approve => {
            let id = request().ok_or(Refused::Gone)?;
            approve_request(app, &who, id, call).await?;
            Ok((Done::Approved, None))
        }
        Verb::Reject => {
            let id = request().ok_or(Refused::Gone)?;
            reject_request(app, &who, id, None, call, |_| Ok(Vec::new())).await?;
            Ok((Done::Rejected, None))
        }
        Verb::Withdraw => {
            let id = request().ok_or(Refused::Gone)?;
            withdraw_request(app, me, id, call, |_| Ok(Vec::new())).await?;
            Ok((Done::Withdrawn, None))
        }
    }
}

/// The form as a call that is made once.
fn call(caller: &Caller, verb: Verb, sent: &Submitted) -> Option<OneCall> {
    let asked = format!("inbox {} {}", verb.word(), sent.id);
    form_call(caller.user, &sent.key, &asked)
}
