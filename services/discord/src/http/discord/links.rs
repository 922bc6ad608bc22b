//! Beyond the document, for super users: every link with who asked for whom, and taking one back.

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::page::{self, Page};
use latchkey_contracts::discord::{Caller, LinksRefusal, Query};

use super::dto::{LinkList, Revoked};
use super::{acting, asker};
use crate::app::App;
use crate::app::list_links::list_links;
use crate::app::revoke_link::revoke_link;

pub(crate) async fn list(
    app: Data<App>,
    caller: Caller<LinksRefusal>,
    wanted: Query<Page, LinksRefusal>,
    req: HttpRequest,
) -> Result<HttpResponse, LinksRefusal> {
    let links = list_links(&app, asker(&caller), *wanted).await?;
    let (list, next) = LinkList::of(links);
    Ok(page::answer(&req, next, &list))
}

pub(crate) async fn revoke(
    app: Data<App>,
    caller: Caller<LinksRefusal>,
    req: HttpRequest,
) -> Result<Json<Revoked>, LinksRefusal> {
    // Read by hand: what cannot be read is an id that no link has.
    let id = req.match_info().get("id").unwrap_or_default();
    let (link, people) = revoke_link(&app, acting(&caller), id).await?;
    Ok(Json(Revoked::of(&link, &people)))
}
