//! The names of people, many at once.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;

use super::App;

/// Names by id.
#[derive(Debug, Default)]
pub(crate) struct People(HashMap<UserId, String>);

impl People {
    /// Somebody's present name; empty when there is no such account any more.
    pub(crate) fn name(&self, id: UserId) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

/// Asks users for them.
pub(crate) async fn find_people(
    app: &App,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<People, Fault> {
    let mut ids: Vec<UserId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut people = People::default();
    for chunk in ids.chunks(MAX_BATCH) {
        let found = app.users.by_ids(chunk.to_vec()).await?;
        let named = found.into_iter().map(|user| (user.id, user.username));
        people.0.extend(named);
    }
    Ok(people)
}
