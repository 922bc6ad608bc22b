//! English.

use super::Mine;

pub(super) static WORDS: Mine = Mine {
    delete_title: "Delete my account",
    delete_now: "You are {name} here. When you press the button, this happens:",
    delete_account: "You are signed out everywhere (sessions: {sessions}) and your tokens are good no more (tokens: {tokens}). Your password and your e-mail address are deleted, and others may have your name.",
    delete_messages: "What you wrote stays, beside “deleted person” instead of your name.",
    delete_channels: "You leave all channels. One of your own goes to whoever has been in it longest and looks after it; where nobody else is, it is closed.",
    delete_groups: "You leave all groups. Where you were the only admin, whoever has been in longest is one from then on; where nobody else is, the group is deleted.",
    delete_namespaces: "Your namespaces are deleted with everything below them, and you leave those of others.",
    delete_invitations: "Invitations that you made let nobody in any more; what was offered to you and what you asked for ends.",
    delete_rest: "Your blocks, your choir keys and your Discord link are deleted.",
    delete_kept: "Who invited whom stays known, without your name. The audit log keeps what it says for its time.",
    delete_final: "This cannot be undone.",
    password: "Your password",
    password_missing: "Type your password, so that nobody else deletes your account.",
    password_wrong: "This is not your password.",
    delete_button: "Delete my account for ever",
    back: "Back to the settings",
    not_deleted: "Nothing was deleted.",
    last: "Nothing was deleted: nobody else looks after this place. Make somebody else a super user first.",
    deleted_title: "Your account is deleted",
    deleted_text: "You are signed out everywhere. What is left of you in other parts of this place is gone within seconds.",
    deleted_home: "To the first page",
};
