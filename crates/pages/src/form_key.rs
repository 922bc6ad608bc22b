//! Forms that come twice: a second click, a page loaded anew, an answer that was lost. Each form has a key, and what
//! it asks for is done once.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::secret::TokenHash;
use maud::Markup;

use crate::parts::hidden;

/// The most characters of a key.
const LONGEST: usize = 64;

/// The key of a form.
pub fn form_key() -> Markup {
    hidden("key", ActKey::random().as_str())
}

/// The key that came with a form, if it is one; another program's form may have none.
pub fn sent_key(sent: &str) -> Option<&str> {
    let is_key = (1..=LONGEST).contains(&sent.len()) && sent.bytes().all(|b| b.is_ascii_hexdigit());
    is_key.then_some(sent)
}

/// The call that somebody's form makes, with the `key` that came with it. The same key for something else is another
/// call: somebody went back and changed what the form says. Without a key that is one, nothing is done once.
pub fn form_call(user: UserId, key: &str, asked: &str) -> Option<OneCall> {
    call(format!("pages {user}"), key, asked)
}

/// The same for somebody who is not signed in. Whoever knows the key and all that the form says has sent it.
pub fn guest_call(key: &str, asked: &str) -> Option<OneCall> {
    call("pages".to_owned(), key, asked)
}

fn call(caller: String, key: &str, asked: &str) -> Option<OneCall> {
    let asked = TokenHash::of(asked);
    sent_key(key).map(|key| OneCall {
        caller,
        key: format!("{key} {}", asked.hex()),
        fingerprint: *asked.as_bytes(),
    })
}
