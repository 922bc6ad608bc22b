//! `POST /api/channel/join`.

use actix_web::{HttpResponse, web};
use latchkey_contracts::chat::once::Shown;
use latchkey_contracts::chat::{Keyed, Problem, SignedIn, UserChannel};

use super::dto;
use crate::app::App;
use crate::app::channel::join::{Join, join_channel};

pub(crate) async fn join(
    app: web::Data<App>,
    caller: SignedIn,
    body: Keyed<dto::Join>,
) -> Result<HttpResponse, Problem> {
    app.limits.check("channel", caller.user)?;
    let Keyed { value, key, .. } = body;
    let once = Shown::<UserChannel>::once(caller.user, key);
    let join = Join {
        user: caller.user,
        username: caller.0.username,
        channel: value.channel_id,
        invitation: value.invite_id,
    };
    Shown::<UserChannel>::answer(join_channel(&app, join, once).await?)
}
