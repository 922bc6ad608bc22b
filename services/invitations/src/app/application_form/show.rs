//! Looking at the form, for everybody: whoever wants an account has none.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::application::Form;
use crate::store::applications;

/// It.
pub(crate) async fn show_form(app: &App) -> Result<Form, Fault> {
    app.db.look(applications::form).await
}
