//! What the contract answers to each outcome.

use actix_web::http::StatusCode;
use latchkey_contracts::discord::{LinksRefusal, MakeRefusal, NoSuccess, ReadRefusal};

use crate::app::list_links::ListError;
use crate::app::make_link::MakeError;
use crate::app::read_link::ReadError;
use crate::app::revoke_link::RevokeError;

impl From<ReadError> for ReadRefusal {
    fn from(error: ReadError) -> Self {
        Self::from(match error {
            ReadError::NotSuperUser(_) => NoSuccess::bare(
                StatusCode::FORBIDDEN,
                "You do not have permission to access this resource.",
            ),
            ReadError::NotFound => {
                NoSuccess::bare(StatusCode::NOT_FOUND, "Invite not found for user!")
            }
            ReadError::Fault(fault) => return fault.into(),
        })
    }
}

impl From<MakeError> for MakeRefusal {
    fn from(error: MakeError) -> Self {
        Self::from(match error {
            MakeError::NotSuperUser(_) => NoSuccess::new(
                StatusCode::FORBIDDEN,
                "User should be super user to generate link for other users",
            ),
            MakeError::NoSuchUser => NoSuccess::new(StatusCode::NOT_FOUND, "User not found"),
            MakeError::AlreadyPresent => {
                NoSuccess::bare(StatusCode::CONFLICT, "User invite is already present!")
            }
            MakeError::NotMade { retry_after } => NoSuccess::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "An internal server error occurred",
            )
            .with_retry(retry_after),
            MakeError::Fault(fault) => return fault.into(),
        })
    }
}

fn not_super_user() -> LinksRefusal {
    LinksRefusal::from(NoSuccess::new(
        StatusCode::FORBIDDEN,
        "You do not have permission to access this resource.",
    ))
}

impl From<ListError> for LinksRefusal {
    fn from(error: ListError) -> Self {
        match error {
            ListError::NotSuperUser(_) => not_super_user(),
            ListError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RevokeError> for LinksRefusal {
    fn from(error: RevokeError) -> Self {
        Self::from(match error {
            RevokeError::NotSuperUser(_) => return not_super_user(),
            RevokeError::NotFound => NoSuccess::new(StatusCode::NOT_FOUND, "Invite not found"),
            RevokeError::NotAlive => {
                NoSuccess::new(StatusCode::CONFLICT, "The invite is not alive")
            }
            RevokeError::Discord(error) => {
                tracing::warn!(%error, "Discord did not take a link back");
                // Super users may know what is wrong with the bot.
                let message = format!("The invite was not revoked: {error}");
                NoSuccess::new(StatusCode::BAD_GATEWAY, message).with_retry(error.retry_after())
            }
            RevokeError::Fault(fault) => return fault.into(),
        })
    }
}
