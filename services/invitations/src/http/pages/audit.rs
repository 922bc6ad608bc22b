//! `/admin/audit/invitations`: what super users and the operator did to invitations, groups, namespaces and the list
//! of the choirs.

use actix_web::{HttpResponse, web};
use latchkey_contracts::pages::INVITATIONS_AUDIT;
use latchkey_pages::SuperUser;
use latchkey_pages::audit::{Opened, page};

use crate::app::App;
use crate::app::ledger::read_audit::read_audit;

pub(crate) async fn show(
    app: web::Data<App>,
    super_user: SuperUser,
    query: Option<web::Query<Vec<(String, String)>>>,
) -> HttpResponse {
    let visitor = super_user.visitor;
    let opened = Opened::of(&query.map(web::Query::into_inner).unwrap_or_default());
    let ask = match opened.ask(&visitor) {
        Ok(ask) => ask,
        Err(wrong) => return page(&visitor, INVITATIONS_AUDIT, &opened, Err(&wrong)),
    };
    match read_audit(&app, &ask).await {
        Ok(found) => page(&visitor, INVITATIONS_AUDIT, &opened, Ok(&found)),
        Err(fault) => visitor.trouble(&fault.into()),
    }
}
