//! The present names of accounts, asked for in one call.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;

use super::App;

/// Names by account.
#[derive(Debug, Default)]
pub struct People(HashMap<UserId, String>);

impl People {
    /// The name, or a word for an account that is gone.
    pub fn name(&self, id: UserId) -> String {
        self.0
            .get(&id)
            .cloned()
            .unwrap_or_else(|| "deleted".to_owned())
    }
}

/// Looks these accounts up, a thousand a call.
pub async fn find_people(
    app: &App,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<People, Fault> {
    let mut ids: Vec<UserId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut people = People::default();
    for chunk in ids.chunks(MAX_BATCH) {
        let found = app.users.by_ids(chunk.to_vec()).await?;
        people
            .0
            .extend(found.into_iter().map(|user| (user.id, user.username)));
    }
    Ok(people)
}
