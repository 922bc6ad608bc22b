//! The document's calls: a user's one link. The body of a request and its content type do not matter.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use latchkey_contracts::discord::{Caller, MakeRefusal, Query, ReadRefusal};

use super::dto::{Created, Found, Wanted};
use super::{acting, asker};
use crate::app::App;
use crate::app::make_link::make_link;
use crate::app::read_link::read_link;

pub(crate) async fn read(
    app: Data<App>,
    caller: Caller<ReadRefusal>,
    wanted: Query<Wanted, ReadRefusal>,
) -> Result<Json<Found>, ReadRefusal> {
    let link = read_link(&app, asker(&caller), wanted.user_id()).await?;
    Ok(Json(link.into()))
}

pub(crate) async fn create(
    app: Data<App>,
    caller: Caller<MakeRefusal>,
    wanted: Query<Wanted, MakeRefusal>,
) -> Result<HttpResponse, MakeRefusal> {
    let link = make_link(&app, acting(&caller), wanted.user_id()).await?;
    Ok(HttpResponse::Created().json(Created::from(link)))
}
