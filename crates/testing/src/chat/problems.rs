//! The contract's catalogue of problems, written down from the document and not from our code.

/// What every type begins with.
pub const PREFIX: &str =
    "https://github.com/isel-leic-daw/2024-daw-leic51n-gn12/tree/main/docs/error/";

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct Problem {
    /// The end of its type.
    pub suffix: &'static str,
    /// Its status.
    pub status: u16,
    /// Its title, where the document gives one.
    pub title: Option<&'static str>,
    /// Its detail, where the document gives one.
    pub detail: Option<&'static str>,
    /// Details of ours, for cases in which the document's would be wrong.
    pub other_details: &'static [&'static str],
}

/// The entry for `suffix`.
#[track_caller]
pub fn find(suffix: &str) -> &'static Problem {
    CATALOGUE
        .iter()
        .find(|problem| problem.suffix == suffix)
        .unwrap_or_else(|| panic!("no problem is called {suffix}"))
}

const fn named(
    status: u16,
    suffix: &'static str,
    title: &'static str,
    detail: &'static str,
) -> Problem {
    Problem {
        suffix,
        status,
        title: Some(title),
        detail: Some(detail),
        other_details: &[],
    }
}

/// A problem whose detail in the document is true of one case only.
const fn told(problem: Problem, other_details: &'static [&'static str]) -> Problem {
    Problem {
        other_details,
        ..problem
    }
}

/// A problem that the document does not name: its words are free.
const fn ours(status: u16, suffix: &'static str) -> Problem {
    Problem {
        suffix,
        status,
        title: None,
        detail: None,
        other_details: &[],
    }
}

/// What a channel may be called.
pub const CHANNEL_NAME_RULE: &str = "A channel name has 4 to 32 characters, none of them invisible, no letters of several \
     scripts in one word, and no blank at either end.";

/// What somebody may be called.
pub const USERNAME_RULE: &str = "A username has 4 to 32 characters, none of them invisible, letters of one script, no blank \
     at either end, and none of @ / \\ ? # %.";

/// Of a name that is kept for super users.
pub const RESERVED_USERNAME: &str =
    "The given username is kept for those who look after this place. Choose another one.";

/// Of a password that is too long.
pub const LONG_PASSWORD: &str = "The password must have at most 256 characters.";

/// Of a password that everybody has.
pub const COMMON_PASSWORD: &str =
    "The password is one of the most common ones, which are guessed first. Choose another one.";

/// Of a password that is the name.
pub const NAME_AS_PASSWORD: &str =
    "The password is the username, which is guessed first. Choose another one.";

/// Every problem of the contract.
pub const CATALOGUE: &[Problem] = &[
    named(
        400,
        "invalid-request-parameters",
        "Invalid parameters",
        "Invalid or missing request arguments.",
    ),
    named(
        409,
        "channel-name-taken",
        "Channel with same name already exists",
        "A channel with the given name already exists.",
    ),
    told(
        named(
            400,
            "invalid-channel-name",
            "Channel name is not valid",
            "The given channel name does not meet minimum length requirements.",
        ),
        &[CHANNEL_NAME_RULE],
    ),
    named(
        403,
        "no-permission",
        "No permission to perform operation",
        "User does not have permission to perform the requested operation.",
    ),
    named(
        404,
        "channel-not-found",
        "Channel not found",
        "The given channel id does not index any existing channel.",
    ),
    named(
        400,
        "select-owner",
        "Must select a new channel owner",
        "Must pass new owner id when leaving a channel that you created.",
    ),
    named(
        409,
        "cannot-self-remove",
        "Cannot remove yourself",
        "You cannot remove yourself from a channel, leave the channel instead.",
    ),
    named(
        409,
        "cant-remove-owner",
        "Cannot remove owner",
        "The owner of the channel cannot be removed.",
    ),
    named(
        409,
        "user-aleady-in-channel",
        "User already joined the channel",
        "The given user is already a member of the channel.",
    ),
    named(
        409,
        "user-already-invited",
        "User already invited",
        "An invite for the given user for this channel already exists.",
    ),
    named(
        404,
        "user-not-found",
        "User not found",
        "No user found matching the given username or id",
    ),
    named(
        403,
        "invalid-channel-invite",
        "Invalid channel invite",
        "The given invite cant be used for this channel, has benn already used or has been removed",
    ),
    named(
        404,
        "channel-invite-not-found",
        "Channel invite not found",
        "No invites matching the given invite id found.",
    ),
    named(
        409,
        "user-not-in-channel",
        "User is not a member of the channel",
        "The given user is not a member of the channel.",
    ),
    told(
        named(
            400,
            "insecure-password",
            "Password is not secure",
            "The password must have at least 8 characters.",
        ),
        &[LONG_PASSWORD, COMMON_PASSWORD, NAME_AS_PASSWORD],
    ),
    told(
        named(
            400,
            "invalid-username",
            "Username is too short",
            "The given username is too short and cannot be used.",
        ),
        &[USERNAME_RULE, RESERVED_USERNAME],
    ),
    named(
        409,
        "username-taken",
        "Username already exists",
        "A user with the same username already exists.",
    ),
    named(
        401,
        "invalid-credentials",
        "Invalid credentials",
        "The given username and password do not match for any user",
    ),
    named(
        403,
        "invalid-user-invite",
        "Invite is not valid",
        "The given invite no longer exists or has already been used",
    ),
    named(
        404,
        "user-invite-not-found",
        "Invite not found",
        "The given invite token does not match any record",
    ),
    named(
        409,
        "invalid-message-id",
        "Invalid message id",
        "Could not find a message for the given id",
    ),
    ours(401, "unauthorized"),
    ours(404, "not-found"),
    ours(404, "session-not-found"),
    ours(404, "api-token-not-found"),
    ours(409, "too-many-api-tokens"),
    ours(409, "too-many-channels"),
    ours(403, "fresh-login-required"),
    ours(405, "method-not-allowed"),
    ours(409, "idempotency-key-in-progress"),
    ours(422, "idempotency-key-reused"),
    ours(429, "too-many-requests"),
    ours(503, "service-unavailable"),
];
