//! Who may make keys of the choir contract: whom the settings name, and whom the operator has put
//! on the list.

use latchkey_common::audit::Actor;
use latchkey_common::auth::{Caller, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::text::spelling;
use latchkey_common::trail::Verb;
use latchkey_contracts::v1::ids;

use crate::app::App;
use crate::store::audit;
use crate::store::choir::choir_keys;

/// Whether the caller may.
pub(crate) async fn may_make_keys(app: &App, caller: &Caller) -> Result<bool, Fault> {
    // Finer than two names are compared today: of two that were told apart in old days one is meant.
    let name = spelling(&caller.username);
    let mut named = app.settings.choir_whitelist.iter();
    if named.any(|listed| spelling(listed.trim()) == name) {
        return Ok(true);
    }
    let user = caller.user;
    app.db
        .look(move |conn| choir_keys::is_allowed(conn, user))
        .await
}

/// Puts somebody on the list, or takes them off; keys that they made stay good until they are
/// deleted. `name` is what they are called in the audit log.
pub(crate) async fn set_whitelisted(
    app: &App,
    by: Actor,
    (user, name): (UserId, &str),
    listed: bool,
) -> Result<(), Fault> {
    let (now, name) = (app.db.now(), name.to_owned());
    let verb = if listed {
        Verb::ChoirListed
    } else {
        Verb::ChoirUnlisted
    };
    app.db
        .write(move |conn| {
            if choir_keys::is_allowed(conn, user)? == listed {
                return Ok(());
            }
            if listed {
                choir_keys::allow(conn, user, now)?;
            } else {
                choir_keys::disallow(conn, user)?;
            }
            audit::about::<ids::Account>(conn, &by, verb, (user.0, &name), now)?;
            Ok(())
        })
        .await
}
