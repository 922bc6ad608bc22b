//! `/admin/audit`: what super users and the operator did to accounts and keys.

use actix_web::{HttpResponse, web};
use latchkey_contracts::pages::AUDIT;
use latchkey_pages::SuperUser;
use latchkey_pages::audit::{Opened, page};

use crate::app::App;
use crate::app::account::audit::read_audit;

pub(crate) async fn show(
    app: web::Data<App>,
    super_user: SuperUser,
    query: Option<web::Query<Vec<(String, String)>>>,
) -> HttpResponse {
    let visitor = super_user.visitor;
    let opened = Opened::of(&query.map(web::Query::into_inner).unwrap_or_default());
    let ask = match opened.ask(&visitor) {
        Ok(ask) => ask,
        Err(wrong) => return page(&visitor, AUDIT, &opened, Err(&wrong)),
    };
    match read_audit(&app, &ask).await {
        Ok(found) => page(&visitor, AUDIT, &opened, Ok(&found)),
        Err(fault) => visitor.trouble(&fault.into()),
    }
}
