//! The document's calls: a user's one link. The body of a request and its content type do not matter.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::RdsSession;
use latchkey_contracts::discord::{MakeRefusal, ReadRefusal};

use super::dto::{Created, Found, Wanted};
use super::{asker, query};
use crate::app::App;
use crate::app::make_link::make_link;
use crate::app::read_link::read_link;

pub(crate) async fn read(
    app: Data<App>,
    caller: RdsSession<ReadRefusal>,
    req: HttpRequest,
) -> Result<Json<Found>, ReadRefusal> {
    let wanted: Wanted = query(&req)?;
    let link = read_link(&app, asker(&caller.0), wanted.user_id()).await?;
    Ok(Json(link.into()))
}

pub(crate) async fn create(
    app: Data<App>,
    caller: RdsSession<MakeRefusal>,
    req: HttpRequest,
) -> Result<HttpResponse, MakeRefusal> {
    let wanted: Wanted = query(&req)?;
    let link = make_link(&app, asker(&caller.0), wanted.user_id()).await?;
    Ok(HttpResponse::Created().json(Created::from(link)))
}
