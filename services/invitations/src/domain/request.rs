//! A wish to be let in.

use crate::domain::application::Application;
use crate::domain::invitation::{Invitation, InvitationId};

/// Somebody asks to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The engine's row; its recipient is whoever asks, and nobody where that is somebody without an account.
    pub(crate) invitation: Invitation,
    /// What was said with it.
    pub(crate) message: Option<String>,
    /// Why it was rejected, in the words of whoever did.
    pub(crate) reason: Option<String>,
    /// By which link it came.
    pub(crate) link: Option<InvitationId>,
    /// What somebody without an account says of themselves, until it is forgotten.
    pub(crate) application: Option<Application>,
}
