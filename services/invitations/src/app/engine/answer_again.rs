//! A call with a key whose effect is an act in another service: the same call again is answered what the act made.
//!
//! The answer is kept once the act is done. Where the process died before that, the use says that it was done, and
//! whoever asks again finds what it made.

use std::time::{Duration, Instant};

use latchkey_common::crash_point;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::{Begun, OneCall, forget, found, keep};
use latchkey_common::db::once::{CallError, KeyRefusal, Made, Once};
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::fault::Fault;

use super::once::OnceError;
use crate::app::App;
use crate::domain::invitation::{Use, UseState};
use crate::store::engine::made;

/// Between two looks what has become of the same call.
const PAUSE: Duration = Duration::from_millis(50);

/// What is known of a call.
enum Known {
    Nothing,
    OtherCall,
    Before(Before),
    /// Nobody was let in, and its key is free for another try.
    CameToNothing(ActKey),
}

/// What is known of a call that was made before.
enum Before {
    /// What was answered.
    Kept(Vec<u8>),
    /// Somebody was let in.
    Done(Use),
    /// Nobody knows yet.
    UnderWay,
}

/// Lets somebody in by `act`, once for a call that may have a key. `made` finds again what was made by a use that is
/// settled. Whoever asks while the same call is under way waits for it.
///
/// # Errors
/// What `act` refuses, and then the key is free; that the key is taken; trouble.
pub(in crate::app) async fn answer_again<T, E: From<Fault>>(
    app: &App,
    one: Option<Once<T>>,
    act: impl AsyncFnOnce(Option<OneCall>) -> Result<T, OnceError<E>>,
    made: impl AsyncFnOnce(Use) -> Result<T, E>,
) -> Result<Made<T>, CallError<E>> {
    let Some(one) = one else {
        return act(None).await.map(Made::Now).map_err(not_repeated);
    };
    if let Some(before) = before(app, &one.call).await? {
        return again(app, &one, before, made).await;
    }
    match act(Some(one.call.clone())).await {
        Ok(new) => {
            keep_answer(app, &one, (one.answer)(&new)?).await;
            crash_point::reach(crash_point::AFTER_KEPT);
            Ok(Made::Now(new))
        }
        Err(OnceError::InDoubt(_, fault)) => Err(fault.into()),
        // The same call may have been quicker: what refuses this one may be that one's doing.
        Err(error) => match before(app, &one.call).await? {
            Some(before) => again(app, &one, before, made).await,
            None => Err(not_repeated(error)),
        },
    }
}

/// One whose twin came to nothing meanwhile may be made again.
fn not_repeated<E: From<Fault>>(error: OnceError<E>) -> CallError<E> {
    match error {
        OnceError::Refused(error) => CallError::Refused(error),
        OnceError::InDoubt(_, fault) => fault.into(),
        OnceError::Repeated(_) => KeyRefusal::InProgress.into(),
    }
}

async fn again<T, E: From<Fault>>(
    app: &App,
    one: &Once<T>,
    before: Before,
    made: impl AsyncFnOnce(Use) -> Result<T, E>,
) -> Result<Made<T>, CallError<E>> {
    match before {
        Before::Kept(answer) => Ok(Made::Before(answer)),
        Before::UnderWay => Err(KeyRefusal::InProgress.into()),
        Before::Done(used) => {
            let found = made(used).await.map_err(CallError::Refused)?;
            let answer = (one.answer)(&found)?;
            keep_answer(app, one, answer.clone()).await;
            Ok(Made::Before(answer))
        }
    }
}

/// Waits for a call that is under way, but not longer than an act may take.
async fn before<E: From<Fault>>(app: &App, call: &OneCall) -> Result<Option<Before>, CallError<E>> {
    let patience_ends = Instant::now() + app.settings.act_deadline();
    loop {
        let asked = call.clone();
        match app.db.look(move |conn| look(conn, &asked)).await? {
            Known::Before(Before::UnderWay) if Instant::now() < patience_ends => {
                tokio::time::sleep(PAUSE).await;
            }
            Known::Before(before) => return Ok(Some(before)),
            Known::Nothing => return Ok(None),
            Known::OtherCall => return Err(KeyRefusal::OtherCall.into()),
            Known::CameToNothing(key) => {
                let call = call.clone();
                app.db.change(move |conn| forget(conn, &call, &key)).await?;
                return Ok(None);
            }
        }
    }
}

fn look(conn: &mut Conn, call: &OneCall) -> QueryResult<Known> {
    let key = match found(conn, call)? {
        None | Some(Begun::New) => return Ok(Known::Nothing),
        Some(Begun::OtherCall) => return Ok(Known::OtherCall),
        Some(Begun::Answered(answer)) => return Ok(Known::Before(Before::Kept(answer))),
        Some(Begun::Act(key)) => key,
    };
    Ok(match made::use_of(conn, key.as_str())? {
        Some(used) if used.state == UseState::Used => Known::Before(Before::Done(used)),
        Some(used) if used.state == UseState::Reserved => Known::Before(Before::UnderWay),
        Some(_) | None => Known::CameToNothing(key),
    })
}

/// The act is done, so the answer is given whatever happens here.
async fn keep_answer<T>(app: &App, one: &Once<T>, answer: Vec<u8>) {
    let call = one.call.clone();
    let kept: Result<(), Fault> = app.db.change(move |conn| keep(conn, &call, &answer)).await;
    if let Err(fault) = kept {
        tracing::warn!(error = ?fault, "an answer was not kept; it will be found again");
    }
}
