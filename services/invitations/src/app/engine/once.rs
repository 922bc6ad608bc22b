//! A call with a key is made once: its answer is kept, sealed, in the transaction that has its effect.

use latchkey_common::crash_point;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::kept_answers::{Begun, OneCall, begin};
use latchkey_common::db::once::{KeyRefusal, Made, once};
use latchkey_common::db::{Conn, Db, DieselError, SqlNow};
use latchkey_common::fault::Fault;

use super::check_master_key::sealing_key;
use crate::app::App;

/// What is answered to a call, in the words of its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The answer.
    pub(crate) answer: Vec<u8>,
    /// True where the call was made before.
    pub(crate) is_replay: bool,
}

/// Why an act of a call with a key was not done now.
#[derive(Debug)]
pub(in crate::app) enum OnceError<E> {
    /// The same call was made before.
    Repeated(Begun),
    /// How the act of this key ends is not known yet.
    InDoubt(ActKey, Fault),
    /// A rule says no, or there is trouble.
    Refused(E),
}

impl<E: From<Fault>> From<Fault> for OnceError<E> {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

/// Lets somebody in by an act in this database, for a call that is made once. Answers the key of the act.
pub(in crate::app) async fn act_once<E>(
    app: &App,
    call: Option<OneCall>,
    act: impl FnOnce(&mut Conn, &ActKey, SqlNow) -> Result<(), E> + Send + 'static,
) -> Result<ActKey, OnceError<E>>
where
    E: From<Fault> + From<DieselError> + Send + 'static,
{
    let (key, now) = (ActKey::random(), app.db.now());
    app.db
        .for_new()
        .write(move |conn| {
            begin_act(conn, call.as_ref(), &key, now)?;
            act(conn, &key, now).map_err(OnceError::Refused)?;
            Ok(key)
        })
        .await
}

fn begin_act<E: From<DieselError>>(
    conn: &mut Conn,
    call: Option<&OneCall>,
    key: &ActKey,
    now: SqlNow,
) -> Result<(), OnceError<E>> {
    let Some(call) = call else { return Ok(()) };
    let begun = begin(conn, call, Some(key), now);
    match begun.map_err(|error| OnceError::Refused(error.into()))? {
        Begun::New => Ok(()),
        begun @ (Begun::OtherCall | Begun::Answered(_) | Begun::Act(_)) => {
            Err(OnceError::Repeated(begun))
        }
    }
}

/// What was answered to this call, if it was made before: asked first, because by now the caller may have lost
/// the right to it.
pub(in crate::app) async fn answered_before<E>(
    app: &App,
    call: Option<&OneCall>,
) -> Result<Option<Answered>, E>
where
    E: From<Fault> + From<KeyRefusal>,
{
    let before = app.db.answered_before::<E>(call, Some(&app.master_key));
    Ok(before.await?.map(made_before))
}

/// Does `work`, which answers, or gives the answer that it gave before: all of it in one transaction. `db` says
/// what the change is for.
pub(in crate::app) async fn write_once<E>(
    app: &App,
    db: Db,
    call: Option<OneCall>,
    work: impl FnOnce(&mut Conn, SqlNow) -> Result<Vec<u8>, E> + Send + 'static,
) -> Result<Answered, E>
where
    E: From<Fault> + From<DieselError> + From<KeyRefusal> + Send + 'static,
{
    let sealed_call = match call {
        Some(call) => Some((call, sealing_key(app).await?.clone())),
        None => None,
    };
    let now = db.now();
    let answered: Result<Answered, E> = db
        .write(move |conn| match sealed_call {
            Some((call, key)) => {
                let work = |conn: &mut Conn| work(conn, now);
                let kept = |answer: &Vec<u8>| Ok(answer.clone());
                Ok(match once(conn, &call, Some(&key), now, work, kept)? {
                    Made::Now(answer) => made(answer),
                    Made::Before(answer) => made_before(answer),
                })
            }
            None => work(conn, now).map(made),
        })
        .await;
    let answered = answered?;
    crash_point::reach(crash_point::AFTER_KEPT);
    Ok(answered)
}

const fn made(answer: Vec<u8>) -> Answered {
    Answered {
        answer,
        is_replay: false,
    }
}

const fn made_before(answer: Vec<u8>) -> Answered {
    Answered {
        answer,
        is_replay: true,
    }
}
