//! `POST /api/channel/join`.

use actix_web::{HttpResponse, web};
use latchkey_common::auth::SignedIn;
use latchkey_common::wire::chat::ChatJson;
use latchkey_common::wire::problem::Problem;

use super::{dto, errors};
use crate::app::App;
use crate::app::channel::join::{Join, join_channel};

pub(crate) async fn join(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    ChatJson(wish): ChatJson<dto::Join>,
) -> Result<HttpResponse, Problem> {
    let join = Join {
        user: caller.user,
        username: caller.username,
        channel: wish.channel_id,
        invitation: wish.invite_id,
    };
    let membership = join_channel(&app, join).await.map_err(errors::join)?;
    Ok(HttpResponse::Ok().json(dto::UserChannel::from(membership)))
}
