//! The link by which somebody registers: an operator hands it on, and the first start prints one.

use latchkey_common::secret::Secret;

use crate::app::App;

/// The link that opens the page for a token: our own, or the one of a front end.
pub(crate) fn registration_link(app: &App, token: &Secret) -> String {
    // The token's alphabet is safe in a query.
    let page = app.settings.registration_page(&app.public_url);
    format!("{page}?t={}", token.expose())
}
