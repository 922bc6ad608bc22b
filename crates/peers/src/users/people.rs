//! Accounts by their numbers, for lists that show who somebody is.

use std::collections::HashMap;
use std::sync::Arc;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;

use super::{UserView, UsersApi};
use crate::MAX_BATCH;

/// Accounts that were asked for together.
#[derive(Debug, Clone, Default)]
pub struct People(HashMap<UserId, UserView>);

impl People {
    /// Asks for these accounts, a thousand a question; unknown ones are left out.
    pub async fn find(
        users: &Arc<dyn UsersApi>,
        ids: impl IntoIterator<Item = UserId>,
    ) -> Result<Self, Fault> {
        Self::default().and(users, ids).await
    }

    /// Asks for those of these accounts who are not here yet: nothing, when all are.
    pub async fn and(
        mut self,
        users: &Arc<dyn UsersApi>,
        ids: impl IntoIterator<Item = UserId>,
    ) -> Result<Self, Fault> {
        let missing = |id: &UserId| !self.0.contains_key(id);
        let mut missing: Vec<UserId> = ids.into_iter().filter(missing).collect();
        missing.sort_unstable();
        missing.dedup();
        for chunk in missing.chunks(MAX_BATCH) {
            let found = users.by_ids(chunk.to_vec()).await?;
            self.0.extend(found.into_iter().map(|one| (one.id, one)));
        }
        Ok(self)
    }

    /// The account.
    pub fn get(&self, id: UserId) -> Option<&UserView> {
        self.0.get(&id)
    }

    /// True for an account that is locked; a deleted one is.
    pub fn is_locked(&self, id: UserId) -> bool {
        self.get(id).is_some_and(|one| one.is_locked)
    }

    /// The present name, or a word for an account that is gone.
    pub fn name(&self, id: UserId) -> String {
        self.get(id)
            .map_or_else(|| "deleted".to_owned(), |one| one.username.clone())
    }
}

/// Who is known already, and need not be asked for.
impl From<UserView> for People {
    fn from(one: UserView) -> Self {
        Self(HashMap::from([(one.id, one)]))
    }
}
