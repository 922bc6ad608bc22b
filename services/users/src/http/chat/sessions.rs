//! Logging in and out, and the list of one's sessions.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::{
    DEVICE_COOKIE_NAME, SessionId, clear_cookie, clear_rds_cookie, first_cookie,
};
use latchkey_common::server::{ClientAddress, Edge};
use latchkey_contracts::chat::{Json, Path, Problem, SignedIn, User};

use super::{dto, errors};
use crate::app::App;
use crate::app::session::end::end_session;
use crate::app::session::list::list_sessions;
use crate::app::session::log_in::{self, LogIn};
use crate::http::{FORGET, user_agent};

/// `POST /api/user/login`
pub(crate) async fn log_in(
    app: Data<App>,
    edge: Data<Edge>,
    req: HttpRequest,
    client: ClientAddress,
    body: Json<dto::LogIn>,
) -> Result<HttpResponse, Problem> {
    let ask = LogIn {
        username: body.0.username,
        password: body.0.password,
        user_agent: user_agent(&req),
        from: client.0,
        device: first_cookie(&req, DEVICE_COOKIE_NAME).map(str::to_owned),
    };
    let session = log_in::log_in(&app, ask).await?;
    let mut answer = HttpResponse::Ok();
    answer.cookie(edge.session_cookie(&session.token));
    if let Some(device) = session.device {
        for cookie in edge.device_cookies(&device, app.settings.device_life()) {
            answer.cookie(cookie);
        }
    }
    Ok(answer.json(User::from(session.account)))
}

/// `POST /api/user/logout`. What was made out of the session ends with it, so its cookie goes too.
pub(crate) async fn log_out(app: Data<App>, caller: SignedIn) -> Result<HttpResponse, Problem> {
    end_session(&app, caller.user, caller.session).await?;
    Ok(HttpResponse::Ok()
        .cookie(clear_cookie())
        .cookie(clear_rds_cookie())
        .insert_header(FORGET)
        .finish())
}

/// `GET /api/user/sessions`
pub(crate) async fn list(app: Data<App>, caller: SignedIn) -> Result<HttpResponse, Problem> {
    let sessions = list_sessions(&app, caller.user)
        .await?
        .into_iter()
        .map(|session| dto::SessionItem::seen_from(caller.session, session))
        .collect();
    Ok(HttpResponse::Ok().json(dto::Sessions { sessions }))
}

/// `DELETE /api/user/sessions/{id}`
pub(crate) async fn end(
    app: Data<App>,
    caller: SignedIn,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    if end_session(&app, caller.user, SessionId(*id)).await? {
        Ok(HttpResponse::Ok().finish())
    } else {
        Err(errors::session_not_found())
    }
}
