//! Every problem of this contract. Its code never changes, and its page says what a person may do.

use actix_web::http::StatusCode;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The end of its `type`.
    pub code: &'static str,
    /// The status of the answer.
    pub status: StatusCode,
    /// The same for every problem of this kind.
    pub title: &'static str,
    /// What is said when there is no more to say.
    pub detail: &'static str,
    /// Whether the same call may succeed later without anybody doing anything.
    pub is_retryable: bool,
    /// What its page advises.
    pub advice: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $code:literal, $status:ident, $retryable:literal,
        $title:literal, $detail:literal, $advice:literal;)+) => {
        $(
            #[doc = concat!("`", $code, "`: ", $title, ".")]
            pub static $name: Kind = Kind {
                code: $code,
                status: StatusCode::$status,
                title: $title,
                detail: $detail,
                is_retryable: $retryable,
                advice: $advice,
            };
        )+

        /// All of them.
        pub static ALL: &[&Kind] = &[$(&$name),+];
    };
}

kinds! {
    UNREADABLE = "unreadable", BAD_REQUEST, false,
        "The request cannot be read",
        "The request cannot be read.",
        "The body must be one JSON object, sent as application/json, in which no member stands twice. The detail \
         says what else it was.";
    UNAUTHENTICATED = "unauthenticated", UNAUTHORIZED, false,
        "Nobody is signed in",
        "There is no credential, or none that is alive.",
        "Sign in, or send a live API token in the header Authorization: Bearer. A request with that header is \
         its token's alone, whatever cookies it carries.";
    SCOPE_MISSING = "scope-missing", FORBIDDEN, false,
        "The token lacks a scope",
        "The API token is alive but not for this call. The header WWW-Authenticate names the scope.",
        "Make a token with the scope that WWW-Authenticate names, at POST /api/user/tokens.";
    FOREIGN_PAGE = "foreign-page", FORBIDDEN, false,
        "The page is of another site",
        "A page of another site may not do this.",
        "The operator may allow the page's origin: the setting allowed_origins.";
    NO_SUCH_PATH = "no-such-path", NOT_FOUND, false,
        "Nothing is served here",
        "Nothing is served at this path.",
        "The description at /openapi/v1.json has every path.";
    METHOD_NOT_ALLOWED = "method-not-allowed", METHOD_NOT_ALLOWED, false,
        "The path has other methods",
        "The Allow header names the methods that this path takes.",
        "The description at /openapi/v1.json has every call.";
    MISDIRECTED = "misdirected", MISDIRECTED_REQUEST, false,
        "The request is for another server",
        "The Host header names another server than this one.",
        "A gateway in between must pass on the Host header that it gets; the setting public_url says where people \
         come to.";
    TOO_LARGE = "too-large", PAYLOAD_TOO_LARGE, false,
        "The body is too large",
        "The body of the request is larger than anything here takes.",
        "Send less at once. What a single call takes is said in the description of its contract.";
    NOT_FOUND = "not-found", NOT_FOUND, false,
        "There is no such thing",
        "There is nothing of this id, or nothing that you may see.",
        "What one may not see is answered as what does not exist, so that nobody learns of it.";
    WRONG_INPUT = "wrong-input", UNPROCESSABLE_ENTITY, false,
        "The input is wrong",
        "The input can be read and is wrong in the places that errors names.",
        "Each entry of errors has a pointer to its place in the body (RFC 6901), or ? and the name of a parameter \
         of the query, and a sentence. Members that are not known are refused, so that a slip of the pen does not \
         go unseen.";
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", UNPROCESSABLE_ENTITY, false,
        "The key was used for another call",
        "This Idempotency-Key was used for a call with another path or body.",
        "Take a new key for each call, and the same one only to make the same call again.";
    IDEMPOTENCY_KEY_IN_PROGRESS = "idempotency-key-in-progress", CONFLICT, true,
        "The call is still running",
        "The first call with this Idempotency-Key has not ended yet.",
        "Ask again after a moment: then the answer of the first call is given.";
    INVITATION_NOT_FOUND = "invitation-not-found", NOT_FOUND, false,
        "There is no such invitation",
        "This secret opens nothing, and never did.",
        "Look whether the secret was copied whole. It begins with lki_ and has 43 signs behind that.";
    INVITATION_EXPIRED = "invitation-expired", GONE, false,
        "The invitation has expired",
        "The invitation's time has passed.",
        "Ask whoever invited you for another one.";
    INVITATION_REVOKED = "invitation-revoked", GONE, false,
        "The invitation was taken back",
        "The invitation, or this link to it, was taken back.",
        "Ask whoever invited you for another one.";
    INVITATION_USED_UP = "invitation-used-up", GONE, false,
        "The invitation is used up",
        "Everybody for whom the invitation was good has come in.",
        "Ask whoever invited you for another one.";
    INVITATION_DECLINED = "invitation-declined", GONE, false,
        "The invitation was declined",
        "The one for whom the invitation was has declined it.",
        "Ask whoever invited you for another one.";
    INVITATION_ENDED = "invitation-ended", CONFLICT, false,
        "The invitation has ended",
        "The invitation has ended, and what has ended stays so.",
        "Make another one.";
    ADMISSION_BY_REQUEST = "admission-by-request", CONFLICT, false,
        "The link lets in whoever has asked",
        "The link lets nobody in by itself: whoever has it may ask to be let in.",
        "Send the secret to POST /v1/join-requests, and wait for somebody to decide.";
    REQUESTS_NOT_TAKEN = "requests-not-taken", CONFLICT, false,
        "Nobody may ask to come in there",
        "What the request leads into takes no requests at present.",
        "Ask somebody who is in for an invitation.";
    ALREADY_ASKED = "already-asked", CONFLICT, false,
        "The request is there already",
        "There is an open request of this account into the same.",
        "The member instead has its address. Wait for the answer, or withdraw it first.";
    OWN_REQUEST = "own-request", FORBIDDEN, false,
        "Nobody decides their own request",
        "This request is your own, and somebody else decides it.",
        "Wait for the answer, or withdraw the request.";
    MAY_NOT_REMOVE = "may-not-remove", FORBIDDEN, false,
        "You may not remove members here",
        "Whoever ends a membership, or says when it ends, needs the permission remove-users in a channel, is an admin \
         of the group, or owns the tree.",
        "Ask the owner, or somebody else who may remove members there.";
    OWN_MEMBERSHIP = "own-membership", FORBIDDEN, false,
        "Nobody ends their own membership here",
        "This membership is your own.",
        "Leave instead, or ask somebody else who may remove members to give you more time.";
    OWNER_STAYS = "owner-stays", CONFLICT, false,
        "Somebody always has charge of it",
        "This is the owner of the channel, who holds all permissions, or the last admin of the group for good.",
        "The owner of a channel leaves by naming an heir; in a group make somebody else an admin first.";
    REQUEST_DECIDED = "request-decided", CONFLICT, false,
        "The request is decided",
        "The request was decided or withdrawn, and what is decided stays so.",
        "Whoever asked may ask again; whoever may invite may make an invitation.";
    ALREADY_RENEWED = "already-renewed", CONFLICT, false,
        "The invitation has been renewed",
        "The invitation was renewed before, and its secrets open the newer one.",
        "The member instead has the address of the newer one. Renew or edit that.";
    PRECONDITION_REQUIRED = "precondition-required", PRECONDITION_REQUIRED, false,
        "The call needs a condition",
        "An edit needs If-Match with the ETag of the state that it is about.",
        "GET the thing first, and send its ETag as If-Match.";
    PRECONDITION_FAILED = "precondition-failed", PRECONDITION_FAILED, false,
        "It has changed meanwhile",
        "The thing has changed since the state that If-Match names. Nothing was edited.",
        "GET it again, look whether the edit still makes sense, and send it with the new ETag.";
    OTHER_RECIPIENT = "other-recipient", CONFLICT, false,
        "The invitation is for somebody else",
        "The invitation is for another account than yours.",
        "Sign in with the account that was invited, or ask for an invitation of your own.";
    ALREADY_MEMBER = "already-member", CONFLICT, false,
        "The account is in already",
        "The account has what the invitation gives.",
        "Nothing is to be done; the invitation has lost no use.";
    ALREADY_OPEN = "already-open", CONFLICT, false,
        "There is an open invitation",
        "There is an open invitation of this account into the same.",
        "The member instead has its address, for whoever made it. End that one first.";
    TARGET_CLOSED = "target-closed", CONFLICT, false,
        "What it led into is gone",
        "What the invitation led into is closed or deleted.",
        "Nothing is to be done; nobody comes in there any more.";
    INVITER_LOST_RIGHT = "inviter-lost-right", CONFLICT, false,
        "The inviter may not give that any more",
        "Whoever made the invitation may not give that any more.",
        "Ask somebody else who is in for another one.";
    USERNAME_TAKEN = "username-taken", CONFLICT, false,
        "The username is taken",
        "Somebody has this username. The invitation is whole.",
        "Choose another name and use the invitation again, with another Idempotency-Key.";
    TOO_MANY_SECRETS = "too-many-secrets", CONFLICT, false,
        "The invitation has too many secrets",
        "The invitation has had as many secrets as one may have.",
        "Those that were taken back count too. The operator's setting is secrets_per_invitation.";
    GRANT_NOT_YOURS = "grant-not-yours", FORBIDDEN, false,
        "This is not yours to give",
        "One gives only what one has: in a channel the permission invite and each that is given, in a group the \
         role of an admin.",
        "Ask somebody who may, or give less.";
    TAKES_NO_INVITATIONS = "takes-no-invitations", FORBIDDEN, false,
        "The account takes no such invitations",
        "The account takes no invitations from you or from strangers.",
        "Make a link instead, and let them have it some other way.";
    SUPER_USERS_ONLY = "super-users-only", FORBIDDEN, false,
        "This is for super users",
        "Only super users may do this.",
        "Ask one of them, or whoever runs the server: the operator's command is latchkey admin user promote.";
    MAY_NOT_INVITE = "may-not-invite", FORBIDDEN, false,
        "You may not invite people to register",
        "On this server not everybody may invite people to register.",
        "The operator's setting is who_may_invite.";
    QUOTA_USED_UP = "quota-used-up", FORBIDDEN, false,
        "Your invitations are used up",
        "With this invitation you would have invited more people than one may.",
        "Take back what nobody has used. The operator's setting is registration_quota.";
    RATE_LIMITED = "rate-limited", TOO_MANY_REQUESTS, true,
        "Too many requests",
        "A limit is reached. Retry-After says when to come back.",
        "Limits count by address or by person; each is a setting of the operator's.";
    DEPENDENCY_UNAVAILABLE = "dependency-unavailable", SERVICE_UNAVAILABLE, true,
        "Something is away",
        "The service cannot answer right now, and nothing was spent. Try again in a moment.",
        "Make the same call again with the same Idempotency-Key: it is made once.";
    INTERNAL_ERROR = "internal-error", INTERNAL_SERVER_ERROR, false,
        "Something went wrong on our side",
        "Something went wrong on our side. The request id says where to look.",
        "Tell whoever runs the server the request id: it stands in the log beside the cause.";
}

/// The kind with this code.
pub fn of(code: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.code == code).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::v1::DOCUMENT;

    #[test]
    fn each_is_in_the_description_and_the_other_way_round() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let examples = document["components"]["examples"].as_object().unwrap();
        let described: BTreeSet<&str> = examples.keys().map(String::as_str).collect();
        let codes: BTreeSet<&str> = ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(described, codes);
        assert_eq!(codes.len(), ALL.len());
        for kind in ALL {
            let example = &examples[kind.code]["value"];
            assert_eq!(example["title"], kind.title);
            assert_eq!(example["status"], kind.status.as_u16());
            assert_eq!(example["detail"], kind.detail);
            assert_eq!(example["retryable"], kind.is_retryable);
        }
    }
}
