//! What is answered about requests.

use latchkey_contracts::v1::Problem;
use latchkey_contracts::v1::ids::Id;
use latchkey_contracts::v1::problem::catalogue as kinds;

use super::{errors, request_address};
use crate::app::join_request::apply::ApplyError;
use crate::app::join_request::approve::DecideError;
use crate::app::join_request::ask::AskError;
use crate::app::join_request::list::ListError;
use crate::app::join_request::look_up::LookUpError;
use crate::app::join_request::offer::OfferError;

pub(super) fn offering(error: OfferError) -> Problem {
    match error {
        OfferError::Making(error) => errors::making(error),
        OfferError::Deciding(error) => deciding(error),
        OfferError::Fault(fault) => fault.into(),
    }
}

pub(super) fn deciding(error: DecideError) -> Problem {
    match error {
        DecideError::Key(refusal) => errors::key(refusal),
        DecideError::NotFound => Problem::of(&kinds::NOT_FOUND),
        DecideError::NoEnd => Problem::wrong_at("#/ends_after", "conflict", errors::NO_END),
        DecideError::Own => Problem::of(&kinds::OWN_REQUEST),
        DecideError::Decided => Problem::of(&kinds::REQUEST_DECIDED),
        DecideError::AlreadyMember => Problem::of(&kinds::ALREADY_MEMBER),
        DecideError::TargetClosed => Problem::of(&kinds::TARGET_CLOSED),
        DecideError::Fault(fault) => fault.into(),
    }
}

pub(super) fn asking(error: AskError) -> Problem {
    let wrong = Problem::wrong_at;
    match error {
        AskError::Key(refusal) => errors::key(refusal),
        AskError::Shut(shut) => errors::opening(shut),
        AskError::LetsIn => wrong(
            "#/secret",
            "conflict",
            "This link lets you in by itself: send it to POST /v1/redemptions.",
        ),
        AskError::OtherTarget => wrong("#/target", "conflict", "The link leads elsewhere."),
        AskError::TargetNotFound => wrong(
            "#/target",
            "not_found",
            "There is nothing of this id, or nothing that you may ask to come into.",
        ),
        AskError::AlreadyMember => Problem::of(&kinds::ALREADY_MEMBER),
        AskError::AlreadyAsked(id) => {
            Problem::of(&kinds::ALREADY_ASKED).instead(request_address(Id::of(id.0)))
        }
        AskError::NotTaken => Problem::of(&kinds::REQUESTS_NOT_TAKEN),
        AskError::Offered(_) => Problem::of(&kinds::ALREADY_OPEN),
        AskError::Accepting(error) => errors::accepting(error),
        AskError::Fault(fault) => fault.into(),
    }
}

pub(super) fn applying(error: ApplyError) -> Problem {
    let closed = Problem::of(&kinds::REQUESTS_NOT_TAKEN);
    match error {
        ApplyError::Key(refusal) => errors::key(refusal),
        ApplyError::Closed => closed.saying("Nobody may apply for an account here at present."),
        ApplyError::TooMany => {
            closed.saying("As many people wait for an answer as may. Come back another day.")
        }
        ApplyError::OtherQuestions => Problem::wrong_at(
            "#/answers",
            "conflict",
            "Answer the questions of GET /v1/application-form, each once and in its order.",
        ),
        ApplyError::Fault(fault) => fault.into(),
    }
}

pub(super) fn looking(error: LookUpError) -> Problem {
    match error {
        LookUpError::NotFound => Problem::of(&kinds::NOT_FOUND),
        LookUpError::Fault(fault) => fault.into(),
    }
}

pub(super) fn listing(error: ListError) -> Problem {
    match error {
        ListError::NotFound => Problem::of(&kinds::NOT_FOUND),
        ListError::Fault(fault) => fault.into(),
    }
}
