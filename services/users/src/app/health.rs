//! How it stands with this service, for those who look after the place.

use crate::app::App;
use crate::app::account::find::has_super_user;
use crate::app::key::signing_keys::check_signing_key;

/// What is well.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Health {
    /// The database answers.
    pub(crate) has_database: bool,
    /// The master key is the one that sealed the key that signs.
    pub(crate) has_signing_key: bool,
}

/// What readiness asks, asked now.
pub(crate) async fn health(app: &App) -> Health {
    Health {
        has_database: has_super_user(app).await.is_ok(),
        has_signing_key: check_signing_key(app).await.is_ok(),
    }
}
