//! The hidden member of a form: proves that it came from a page that this session was shown. Sealed
//! under the master key and bound to the session, so that there is nothing to store and it ends
//! with the session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_common::auth::SessionId;
use latchkey_common::fault::Fault;

use crate::app::App;

const KNOWN: &[u8] = b"form";

/// A token for the forms of one session.
pub(crate) fn form_token(app: &App, session: SessionId) -> Result<String, Fault> {
    let sealed = app.master_key.seal(&bound_to(session), KNOWN)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// Whether the token was given to this session.
pub(crate) fn is_form_token(app: &App, session: SessionId, token: &str) -> bool {
    let Ok(sealed) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    let plain = app.master_key.open(&bound_to(session), &sealed);
    plain.is_some_and(|plain| plain == KNOWN)
}

fn bound_to(session: SessionId) -> Vec<u8> {
    format!("choir-key-form:{session}").into_bytes()
}
