//! Logging in and out, and the list of one's sessions.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::{
    COOKIE_NAME, DEVICE_COOKIE_NAME, SessionId, clear_cookie, clear_rds_cookie, first_cookie,
};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::Made;
use latchkey_common::secret::TokenHash;
use latchkey_common::server::{ClientAddress, Edge};
use latchkey_common::text;
use latchkey_common::wire::call_key::CallKey;
use latchkey_common::wire::input::BadInput;
use latchkey_contracts::chat::once::{Done, REPLAY, Told};
use latchkey_contracts::chat::{Key, Keyed, Path, Problem, SignedIn, User};

use super::{dto, errors};
use crate::app::App;
use crate::app::session::end::{end_session, ended_before};
use crate::app::session::list::list_sessions;
use crate::app::session::log_in::{self, LogIn};
use crate::http::{FORGET, user_agent};

/// `POST /api/user/login`. Keys are the name's that is signed in.
pub(crate) async fn log_in(
    app: Data<App>,
    edge: Data<Edge>,
    req: HttpRequest,
    client: ClientAddress,
    body: Keyed<dto::LogIn>,
) -> Result<HttpResponse, Problem> {
    let Keyed { value, key, .. } = body;
    let once = key.map(|key| {
        let call = key.asking(&format!("POST /api/user/login {}", value.username));
        Told::<dto::Login>::of(call.by(format_args!("chat login {}", text::fold(&value.username))))
    });
    let ask = LogIn {
        username: value.username,
        password: value.password,
        user_agent: user_agent(&req),
        from: client.0,
        device: first_cookie(&req, DEVICE_COOKIE_NAME).map(str::to_owned),
    };
    let made = log_in::log_in_once(&app, ask, once).await?;
    let (mut login, mut answer) = Told::<dto::Login>::begin(made)?;
    let (token, device) = login.cookies();
    answer.cookie(edge.session_cookie(&token));
    if let Some(device) = device {
        for cookie in edge.device_cookies(&device, app.settings.device_life()) {
            answer.cookie(cookie);
        }
    }
    Ok(answer.json(User::from(login)))
}

/// `POST /api/user/logout`. What was made out of the session ends with it, so its cookie goes too.
///
/// A key is the session's own, because whoever asks again has no other. The key is read here and not by an extractor:
/// those wait until the caller is known, who is nobody by then.
pub(crate) async fn log_out(
    app: Data<App>,
    req: HttpRequest,
    caller: Result<SignedIn, Problem>,
) -> Result<HttpResponse, Problem> {
    let key = CallKey::of(&req, b"");
    let caller = match (caller, &key) {
        (Ok(caller), _) => caller,
        (Err(refused), Ok(Some(key))) => {
            let call = of_session(&req, key.clone());
            let before = ended_before(&app, &call).await.ok_or(refused)?;
            return Ok(left(&Made::<()>::Before(before)));
        }
        (Err(refused), _) => return Err(refused),
    };
    let key = key.map_err(|sentence| Problem::from(BadInput::Body(sentence.into())))?;
    let once = key.map(|key| Done::of(of_session(&req, key)));
    let ended = end_session(&app, caller.user, caller.session, once).await?;
    Ok(left(&ended.unwrap_or(Made::Now(()))))
}

/// The call of whoever shows this session, alive or not.
fn of_session(req: &HttpRequest, key: CallKey) -> OneCall {
    let token = first_cookie(req, COOKIE_NAME).unwrap_or_default();
    key.by(format_args!("chat session {}", TokenHash::of(token).hex()))
}

fn left(ended: &Made<()>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Made::Before(_) = ended {
        answer.insert_header(REPLAY);
    }
    answer
        .cookie(clear_cookie())
        .cookie(clear_rds_cookie())
        .insert_header(FORGET)
        .finish()
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
    key: Key,
) -> Result<HttpResponse, Problem> {
    let once = Done::once(caller.user, key.0);
    match end_session(&app, caller.user, SessionId(*id), once).await? {
        Some(ended) => Done::answer(ended),
        None => Err(errors::session_not_found()),
    }
}
