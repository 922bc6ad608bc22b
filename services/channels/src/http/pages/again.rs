//! Forms that come twice: a second click, a page loaded anew, an answer that was lost. Each form has a key, and
//! what it asks for is done once.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::{CallError, Once};
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_pages::hidden;
use maud::Markup;

/// The most characters of a key.
const LONGEST: usize = 64;

/// The key of a form.
pub(super) fn key() -> Markup {
    hidden("key", ActKey::random().as_str())
}

/// The call that a form makes, with the `key` that came with it. The same key for something else is another call:
/// somebody went back and changed what the form says. Without a key that is one, nothing is done once.
pub(super) fn once<T>(
    me: UserId,
    key: &str,
    asked: &str,
    answer: fn(&T) -> Result<Vec<u8>, Fault>,
) -> Option<Once<T>> {
    let is_key = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_hexdigit());
    let asked = TokenHash::of(asked);
    is_key.then(|| Once {
        call: OneCall {
            caller: format!("pages {me}"),
            key: format!("{key} {}", asked.hex()),
            fingerprint: *asked.as_bytes(),
        },
        answer,
        seal: None,
    })
}

/// The same for a form whose answer is another page.
pub(super) fn done<T>(me: UserId, key: &str, asked: &str) -> Option<Once<T>> {
    once(me, key, asked, |_| Ok(Vec::new()))
}

/// The refusal. A key is never another call's, so what is left is that the same form is still under way.
pub(super) fn refusal<E: From<Fault>>(error: CallError<E>) -> E {
    match error {
        CallError::Key(_) => Fault::overloaded("the same form").into(),
        CallError::Refused(error) => error,
    }
}
