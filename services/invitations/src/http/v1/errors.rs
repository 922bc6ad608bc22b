//! What this contract answers to each outcome.

use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::problem::catalogue as kinds;
use latchkey_contracts::v1::{Answer, Problem};

use super::{address, request_address};
use crate::app::block::add::BlockError;
use crate::app::invitation::accept::AcceptError;
use crate::app::invitation::by_secret::Shut;
use crate::app::invitation::decline::DeclineError;
use crate::app::invitation::edit::EditError;
use crate::app::invitation::make::MakeError;
use crate::app::invitation::redeem::RedemptionError;
use crate::app::invitation::renew::RenewError;
use crate::app::invitation::revoke::RevokeError;
use crate::app::invitation::secrets::AddSecretError;
use crate::app::invitation::show::ShowError;

/// What has no end.
pub(super) const NO_END: &str = "An account is for good.";

pub(super) fn key(refusal: KeyRefusal) -> Problem {
    Problem::of(match refusal {
        KeyRefusal::OtherCall => &kinds::IDEMPOTENCY_KEY_REUSED,
        KeyRefusal::InProgress => &kinds::IDEMPOTENCY_KEY_IN_PROGRESS,
    })
}

pub(super) fn making(error: MakeError) -> Problem {
    match error {
        MakeError::Key(refusal) => key(refusal),
        MakeError::MayNotInvite => Problem::of(&kinds::MAY_NOT_INVITE),
        MakeError::QuotaUsedUp => Problem::of(&kinds::QUOTA_USED_UP),
        MakeError::TargetNotFound(at) => Problem::wrong_at(
            &format!("#/grants/{at}"),
            "not_found",
            "There is nothing of this id, or nothing that you may invite into.",
        ),
        MakeError::Twice(at) => Problem::wrong_at(
            &format!("#/grants/{at}"),
            "conflict",
            "This is given already.",
        ),
        MakeError::GrantNotYours => Problem::of(&kinds::GRANT_NOT_YOURS),
        MakeError::LandingNotYours => landing_not_yours(),
        MakeError::RecipientNotFound => Problem::wrong_at(
            "#/audience/account",
            "not_found",
            "There is no such account.",
        ),
        MakeError::TakesNone => Problem::of(&kinds::TAKES_NO_INVITATIONS),
        MakeError::AlreadyMember => Problem::of(&kinds::ALREADY_MEMBER),
        MakeError::AlreadyOpen(id) => {
            let open = address(Id::<ids::Invitation>::of(id.0));
            Problem::of(&kinds::ALREADY_OPEN).instead(open)
        }
        MakeError::AskedFor(id) => {
            Problem::of(&kinds::ALREADY_OPEN).instead(request_address(Id::of(id.0)))
        }
        MakeError::Fault(fault) => fault.into(),
    }
}

pub(super) fn editing(error: EditError) -> Problem {
    let wrong = Problem::wrong_at;
    match error {
        EditError::Key(refusal) => key(refusal),
        EditError::NotFound => Problem::of(&kinds::NOT_FOUND),
        EditError::Changed => Problem::of(&kinds::PRECONDITION_FAILED),
        EditError::Ended => Problem::of(&kinds::INVITATION_ENDED),
        EditError::LandingNotYours => landing_not_yours(),
        EditError::NotLess(at) => wrong(
            &format!("#/grants/{at}"),
            "range",
            "An edit gives the same or less. For more make another invitation.",
        ),
        EditError::FirstStays => wrong(
            "#/grants",
            "range",
            "What an invitation gives first stays; what comes behind it may go.",
        ),
        EditError::ForOne => for_one(),
        EditError::UsesTaken(used) => {
            let detail = format!("So many are in or on the way: {used}.");
            wrong("#/max_uses", "range", &detail)
        }
        EditError::MayNotInvite => Problem::of(&kinds::MAY_NOT_INVITE),
        EditError::QuotaUsedUp => Problem::of(&kinds::QUOTA_USED_UP),
        EditError::Fault(fault) => fault.into(),
    }
}

fn landing_not_yours() -> Problem {
    Problem::wrong_at(
        "#/landing/channel",
        "not_found",
        "There is no channel of this id, or none that its maker may invite into.",
    )
}

fn for_one() -> Problem {
    Problem::wrong_at(
        "#/max_uses",
        "range",
        "What is for one account is good for one.",
    )
}

pub(super) fn renewing(error: RenewError) -> Problem {
    match error {
        RenewError::Key(refusal) => key(refusal),
        RenewError::NotFound => Problem::of(&kinds::NOT_FOUND),
        RenewError::AlreadyRenewed(newer) => {
            let newer = address(Id::<ids::Invitation>::of(newer.0));
            Problem::of(&kinds::ALREADY_RENEWED).instead(newer)
        }
        RenewError::ForOne => for_one(),
        // Its target is none that is named in the call.
        RenewError::Making(MakeError::TargetNotFound(_)) => Problem::of(&kinds::TARGET_CLOSED),
        RenewError::Making(error) => making(error),
        RenewError::Fault(fault) => fault.into(),
    }
}

pub(super) fn accepting(error: AcceptError) -> Problem {
    match error {
        AcceptError::NotFound => Problem::of(&kinds::NOT_FOUND),
        // 410 is for whoever holds a secret.
        AcceptError::Ended | AcceptError::NotRedeemed(RedemptionError::Shut(_)) => {
            Problem::of(&kinds::INVITATION_ENDED)
        }
        AcceptError::NotRedeemed(error) => redeeming(error),
        AcceptError::Fault(fault) => fault.into(),
    }
}

pub(super) fn declining(error: DeclineError) -> Problem {
    match error {
        DeclineError::Key(refusal) => key(refusal),
        DeclineError::NotFound => Problem::of(&kinds::NOT_FOUND),
        DeclineError::Ended => Problem::of(&kinds::INVITATION_ENDED),
        DeclineError::Fault(fault) => fault.into(),
    }
}

pub(super) fn blocking(error: BlockError) -> Problem {
    match error {
        BlockError::Key(refusal) => key(refusal),
        BlockError::Oneself => {
            Problem::wrong_at("#/account", "conflict", "This is your own account.")
        }
        BlockError::NotFound => {
            Problem::wrong_at("#/account", "not_found", "There is no such account.")
        }
        BlockError::Fault(fault) => fault.into(),
    }
}

pub(super) fn showing(error: ShowError) -> Problem {
    match error {
        ShowError::NotFound => Problem::of(&kinds::NOT_FOUND),
        ShowError::Fault(fault) => fault.into(),
    }
}

pub(super) fn revoking(error: RevokeError) -> Problem {
    match error {
        RevokeError::Key(refusal) => key(refusal),
        RevokeError::NotFound => Problem::of(&kinds::NOT_FOUND),
        RevokeError::Ended => Problem::of(&kinds::INVITATION_ENDED),
        RevokeError::Fault(fault) => fault.into(),
    }
}

pub(super) fn adding(error: AddSecretError) -> Problem {
    match error {
        AddSecretError::Key(refusal) => key(refusal),
        AddSecretError::NotFound => Problem::of(&kinds::NOT_FOUND),
        AddSecretError::Ended => Problem::of(&kinds::INVITATION_ENDED),
        AddSecretError::TooMany(most) => Problem::of(&kinds::TOO_MANY_SECRETS)
            .saying(format!("An invitation may have {most} secrets.")),
        AddSecretError::Fault(fault) => fault.into(),
    }
}

pub(super) fn opening(shut: Shut) -> Problem {
    match shut {
        Shut::NotFound => Problem::of(&kinds::INVITATION_NOT_FOUND),
        Shut::Revoked => Problem::of(&kinds::INVITATION_REVOKED),
        Shut::Expired => Problem::of(&kinds::INVITATION_EXPIRED),
        Shut::UsedUp => Problem::of(&kinds::INVITATION_USED_UP),
        Shut::Declined => Problem::of(&kinds::INVITATION_DECLINED),
        Shut::InviterLostRight => Problem::of(&kinds::INVITER_LOST_RIGHT),
        Shut::TargetClosed => Problem::of(&kinds::TARGET_CLOSED),
        Shut::OtherRecipient => Problem::of(&kinds::OTHER_RECIPIENT),
        Shut::Fault(fault) => fault.into(),
    }
}

pub(super) fn redeeming(error: RedemptionError) -> Problem {
    let wrong = Problem::wrong_at;
    match error {
        RedemptionError::Key(refusal) => key(refusal),
        RedemptionError::Shut(shut) => opening(shut),
        RedemptionError::AccountNeeded => wrong(
            "#/account",
            "required",
            "This invitation leads to an account: give a name and a password for it.",
        ),
        RedemptionError::AccountThere => wrong(
            "#/secret",
            "conflict",
            "This invitation leads to an account, and you have one.",
        ),
        RedemptionError::ByRequest => Problem::of(&kinds::ADMISSION_BY_REQUEST),
        RedemptionError::SignInNeeded => Problem::of(&kinds::UNAUTHENTICATED)
            .saying("This invitation is for people with an account: sign in first."),
        RedemptionError::InvalidUsername => wrong(
            "#/account/username",
            "form",
            "A username has 4 to 32 characters, none of them invisible.",
        ),
        RedemptionError::InsecurePassword => wrong(
            "#/account/password",
            "length",
            "A password has 8 to 256 characters.",
        ),
        RedemptionError::UsernameReserved => wrong(
            "#/account/username",
            "reserved",
            "This name is kept for those who run this place. Choose another one.",
        ),
        RedemptionError::CommonPassword => wrong(
            "#/account/password",
            "common",
            "The password is one of the most common ones, which are guessed first. Choose another one.",
        ),
        RedemptionError::NameAsPassword => wrong(
            "#/account/password",
            "name",
            "The password is the username, which is guessed first. Choose another one.",
        ),
        RedemptionError::UsernameTaken => Problem::of(&kinds::USERNAME_TAKEN),
        RedemptionError::AlreadyMember => Problem::of(&kinds::ALREADY_MEMBER),
        RedemptionError::TargetClosed => Problem::of(&kinds::TARGET_CLOSED),
        RedemptionError::InviterLostRight => Problem::of(&kinds::INVITER_LOST_RIGHT),
        RedemptionError::Fault(fault) => fault.into(),
    }
}

/// An answer that was kept.
pub(super) fn kept(bytes: &[u8]) -> Result<Answer, Problem> {
    let read = serde_json::from_slice(bytes);
    read.map_err(|error| Fault::internal(error.to_string()).into())
}
