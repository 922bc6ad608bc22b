//! Forms that come twice, as calls that are made once.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Once};
use latchkey_common::fault::Fault;
use latchkey_pages::form_call;

/// The call that a form makes, with the `key` that came with it, and how its answer is kept.
pub(super) fn once<T>(
    me: UserId,
    key: &str,
    asked: &str,
    answer: fn(&T) -> Result<Vec<u8>, Fault>,
) -> Option<Once<T>> {
    form_call(me, key, asked).map(|call| Once {
        call,
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
