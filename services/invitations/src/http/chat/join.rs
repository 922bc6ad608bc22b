//! `POST /api/channel/join`.

use actix_web::{HttpResponse, web};
use latchkey_contracts::chat::{Json, Problem, SignedIn, UserChannel};

use super::dto;
use crate::app::App;
use crate::app::channel::join::{Join, join_channel};

pub(crate) async fn join(
    app: web::Data<App>,
    caller: SignedIn,
    wish: Json<dto::Join>,
) -> Result<HttpResponse, Problem> {
    app.limits.check("channel", caller.user)?;
    let join = Join {
        user: caller.user,
        username: caller.0.username,
        channel: wish.channel_id,
        invitation: wish.invite_id,
    };
    let membership = join_channel(&app, join).await?;
    Ok(HttpResponse::Ok().json(UserChannel::from(membership)))
}
