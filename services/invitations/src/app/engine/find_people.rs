//! The present names of accounts, asked for in one call.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;
use latchkey_peers::users::UserView;

use crate::app::App;

/// Names by account.
#[derive(Debug, Default)]
pub(crate) struct People(HashMap<UserId, String>);

impl People {
    /// The name, or a word for an account that is gone.
    pub(crate) fn name(&self, id: UserId) -> String {
        self.0
            .get(&id)
            .cloned()
            .unwrap_or_else(|| "deleted".to_owned())
    }
}

/// Looks the names of these accounts up, a thousand a call.
pub(crate) async fn find_people(
    app: &App,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<People, Fault> {
    let accounts = find_accounts(app, ids).await?;
    let names = accounts
        .into_iter()
        .map(|(id, account)| (id, account.username));
    Ok(People(names.collect()))
}

/// The whole accounts, for contracts that show more than a name, a thousand a call; unknown ones are
/// left out.
pub(crate) async fn find_accounts(
    app: &App,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, UserView>, Fault> {
    let mut ids: Vec<UserId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut accounts = HashMap::new();
    for chunk in ids.chunks(MAX_BATCH) {
        let found = app.users.by_ids(chunk.to_vec()).await?;
        accounts.extend(found.into_iter().map(|user| (user.id, user)));
    }
    Ok(accounts)
}
