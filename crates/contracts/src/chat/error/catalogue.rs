//! Every problem of the chat contract, and those of ours that its calls need. Status, suffix, title and detail are
//! those of the document, slips included: clients compare them.

use actix_web::http::StatusCode;
use latchkey_common::server::Foreign;

use super::Problem;

impl Problem {
    /// Input that cannot be understood.
    pub const fn invalid_request_parameters() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid-request-parameters",
            "Invalid parameters",
            "Invalid or missing request arguments.",
        )
    }

    /// An open channel has this name already.
    pub const fn channel_name_taken() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "channel-name-taken",
            "Channel with same name already exists",
            "A channel with the given name already exists.",
        )
    }

    /// The name breaks a rule about channel names. The document's sentence is about those that are too short.
    pub fn invalid_channel_name(name: &str) -> Self {
        let detail = if is_shorter(name, 4) {
            "The given channel name does not meet minimum length requirements."
        } else {
            "A channel name has 4 to 32 characters, none of them invisible, no letters of several scripts in one \
             word, and no blank at either end."
        };
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid-channel-name",
            "Channel name is not valid",
            detail,
        )
    }

    /// The caller may not do this.
    pub const fn no_permission() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "no-permission",
            "No permission to perform operation",
            "User does not have permission to perform the requested operation.",
        )
    }

    /// The same for a page of another site, and which it is: nothing that a person may do changes it.
    pub(in crate::chat) fn foreign_page(foreign: &Foreign) -> Self {
        let mut problem = Self::no_permission();
        problem.detail = foreign.sentence().into();
        problem
    }

    /// No open channel has this id.
    pub const fn channel_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "channel-not-found",
            "Channel not found",
            "The given channel id does not index any existing channel.",
        )
    }

    /// The owner leaves others behind without naming an heir.
    pub const fn select_new_owner() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "select-owner",
            "Must select a new channel owner",
            "Must pass new owner id when leaving a channel that you created.",
        )
    }

    /// The caller names himself among those to remove.
    pub const fn cant_self_remove() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "cannot-self-remove",
            "Cannot remove yourself",
            "You cannot remove yourself from a channel, leave the channel instead.",
        )
    }

    /// The channel's owner is among those to remove.
    pub const fn cant_remove_owner() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "cant-remove-owner",
            "Cannot remove owner",
            "The owner of the channel cannot be removed.",
        )
    }

    /// The user is a member already. The suffix is misspelt in the document.
    pub const fn user_already_in_channel() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "user-aleady-in-channel",
            "User already joined the channel",
            "The given user is already a member of the channel.",
        )
    }

    /// A pending invite for this user and channel exists.
    pub const fn user_already_invited() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "user-already-invited",
            "User already invited",
            "An invite for the given user for this channel already exists.",
        )
    }

    /// No such user.
    pub const fn user_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "user-not-found",
            "User not found",
            "No user found matching the given username or id",
        )
    }

    /// The invite exists and is not for this caller, this channel or this moment.
    pub const fn invalid_channel_invite() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "invalid-channel-invite",
            "Invalid channel invite",
            "The given invite cant be used for this channel, has benn already used or has been removed",
        )
    }

    /// No channel invite has this id.
    pub const fn channel_invite_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "channel-invite-not-found",
            "Channel invite not found",
            "No invites matching the given invite id found.",
        )
    }

    /// The user is no member.
    pub const fn user_not_in_channel() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "user-not-in-channel",
            "User is not a member of the channel",
            "The given user is not a member of the channel.",
        )
    }

    /// The text cannot be a password. The document's sentence is about those that are too short.
    pub fn no_password(typed: &str) -> Self {
        Self::insecure_password(if is_shorter(typed, 257) {
            "The password must have at least 8 characters."
        } else {
            "The password must have at most 256 characters."
        })
    }

    /// The password is among the first that are tried.
    pub const fn common_password() -> Self {
        Self::insecure_password(
            "The password is one of the most common ones, which are guessed first. Choose another one.",
        )
    }

    /// The password is the name.
    pub const fn name_as_password() -> Self {
        Self::insecure_password(
            "The password is the username, which is guessed first. Choose another one.",
        )
    }

    const fn insecure_password(detail: &'static str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "insecure-password",
            "Password is not secure",
            detail,
        )
    }

    /// The name breaks a rule about usernames. The document's title stays, whichever it is; its sentence is about
    /// those that are too short.
    pub fn no_username(name: &str) -> Self {
        Self::invalid_username(if is_shorter(name, 4) {
            "The given username is too short and cannot be used."
        } else {
            "A username has 4 to 32 characters, none of them invisible, letters of one script, no blank at \
             either end, and none of @ / \\ ? # %."
        })
    }

    /// The name is kept for super users.
    pub const fn reserved_username() -> Self {
        Self::invalid_username(
            "The given username is kept for those who look after this place. Choose another one.",
        )
    }

    const fn invalid_username(detail: &'static str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid-username",
            "Username is too short",
            detail,
        )
    }

    /// An account has this name already.
    pub const fn username_taken() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "username-taken",
            "Username already exists",
            "A user with the same username already exists.",
        )
    }

    /// Name and password do not belong together; the same for an unknown name.
    pub const fn invalid_credentials() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid-credentials",
            "Invalid credentials",
            "The given username and password do not match for any user",
        )
    }

    /// The registration invite is unknown, used up, expired or withdrawn.
    pub const fn invalid_user_invite() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "invalid-user-invite",
            "Invite is not valid",
            "The given invite no longer exists or has already been used",
        )
    }

    /// No registration invite has this token.
    pub const fn user_invite_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "user-invite-not-found",
            "Invite not found",
            "The given invite token does not match any record",
        )
    }

    /// The channel has no message with this id.
    pub const fn invalid_message_id() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "invalid-message-id",
            "Invalid message id",
            "Could not find a message for the given id",
        )
    }
}

fn is_shorter(text: &str, than: usize) -> bool {
    text.chars().take(than).count() < than
}
