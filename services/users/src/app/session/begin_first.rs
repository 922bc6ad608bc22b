//! Begins the first session of an account: whoever has made one is signed in with it. It is given for the act
//! that made the account, for a short time, and while its first password holds, so that whoever may ask for it signs in
//! nobody else.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::{self, Decision};
use latchkey_common::fault::Fault;
use latchkey_common::text;
use latchkey_peers::users::{DeviceMark, FirstSession};

use super::begin::{Begin, Begun};
use crate::app::App;
use crate::domain::account::Account;
use crate::store::{passwords, sessions};

/// `None`: there is no such account, it was made too long ago, it has another password by now, or it is locked.
pub(crate) async fn begin_first_session(
    app: &App,
    ask: FirstSession,
) -> Result<Option<DeviceMark>, Fault> {
    let wish = Begin::new(app, ask.token, ask.user_agent);
    let (now, within) = (app.db.now(), app.settings.first_session_within());
    let begun: Option<(Account, Option<Begun>)> = app
        .db
        .write(move |conn| {
            let Some(Decision::Made(id)) = act_keys::decided(conn, &ask.key)? else {
                return Ok(None);
            };
            let found = passwords::credentials_of(conn, UserId(id))?;
            let Some((account, hash)) = found else {
                return Ok(None);
            };
            let is_fresh = now.process() < account.created_at.plus(within);
            if !is_fresh
                || !passwords::hold_for_login(conn, account.id, &hash, None)?
                || passwords::was_exchanged(conn, account.id)?
            {
                return Ok(None);
            }
            if sessions::is_token_known(conn, &ask.token)? {
                return Ok(Some((account, None)));
            }
            let begun = wish.run(conn, account.id, now)?;
            Ok::<_, Fault>(Some((account, Some(begun))))
        })
        .await?;
    let Some((account, begun)) = begun else {
        return Ok(None);
    };
    if let Some(begun) = begun {
        begun.announce(app, account.id);
    }
    let mark = app.remember(&text::fold(&account.username), None)?;
    Ok(mark.map(|text| DeviceMark {
        text: text.expose().to_owned(),
        life_s: app.settings.device_life_s,
    }))
}
