//! The link by which somebody registers: an operator hands it on, and the first start prints one.

use latchkey_common::secret::Secret;
use latchkey_contracts::pages::REGISTER;

use crate::app::App;

/// The link that opens the page for a token.
pub(crate) fn registration_link(app: &App, token: &Secret) -> String {
    // The token's alphabet is safe in a query.
    format!("{}{REGISTER}?t={}", app.public_url, token.expose())
}
