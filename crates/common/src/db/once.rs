//! A change that is made once for a call with a key ([`super::kept_answers`]): the key, the effect and the answer
//! are written in one transaction. What an answer looks like is the contract's.

use super::kept_answers::{Begun, OneCall, begin, found, keep};
use super::{Conn, Db, DieselError, QueryResult, SqlNow};
use crate::crash_point;
use crate::fault::Fault;
use crate::seal::MasterKey;

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made<T> {
    /// It was made by this request.
    Now(T),
    /// It was made before, and this was answered.
    Before(Vec<u8>),
}

/// Why a call with a key is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// The key was used for another call.
    #[error("the key was used for another call")]
    OtherCall,
    /// The first call has not ended.
    #[error("the call is still running")]
    InProgress,
}

/// Why a call that may have a key is not made.
#[derive(Debug, thiserror::Error)]
pub enum CallError<E> {
    /// Because of its key.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// A rule says no, or there is trouble.
    #[error("the call was refused: {0:?}")]
    Refused(E),
}

impl<E> CallError<E> {
    /// The same with another word for the refusal.
    pub fn map<F>(self, with: impl FnOnce(E) -> F) -> CallError<F> {
        match self {
            Self::Key(refusal) => CallError::Key(refusal),
            Self::Refused(error) => CallError::Refused(with(error)),
        }
    }
}

impl<E: From<Fault>> CallError<E> {
    /// Why a call without a key was refused.
    pub fn unkeyed(self) -> E {
        match self {
            Self::Refused(error) => error,
            Self::Key(_) => Fault::internal(REPEATED).into(),
        }
    }
}

impl<E: From<Fault>> From<Fault> for CallError<E> {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

impl<E: From<DieselError>> From<DieselError> for CallError<E> {
    fn from(error: DieselError) -> Self {
        Self::Refused(error.into())
    }
}

/// A call that is made once, and how its answer is kept.
#[derive(Debug, Clone)]
pub struct Once<T> {
    /// The call.
    pub call: OneCall,
    /// The answer to what was made.
    pub answer: fn(&T) -> Result<Vec<u8>, Fault>,
    /// Seals answers in which a secret stands.
    pub seal: Option<MasterKey>,
}

impl<T> Once<T> {
    /// The same for an answer in which a secret stands.
    #[must_use]
    pub fn sealed_by(self, key: &MasterKey) -> Self {
        Self {
            seal: Some(key.clone()),
            ..self
        }
    }
}

/// Does `work` in the transaction of `conn`, or finds what it was answered before.
///
/// # Errors
/// What `work` refuses, and then the key is free again; that the key is taken; trouble.
pub fn once<T, E>(
    conn: &mut Conn,
    call: &OneCall,
    seal: Option<&MasterKey>,
    now: SqlNow,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
    answer: impl FnOnce(&T) -> Result<Vec<u8>, Fault>,
) -> Result<Made<T>, E>
where
    E: From<Fault> + From<DieselError> + From<KeyRefusal>,
{
    let begun = begin(conn, call, None, now)?;
    if let Some(before) = replay::<E>(call, seal, begun)? {
        return Ok(Made::Before(before));
    }
    let made = work(conn)?;
    let plain = answer(&made)?;
    let kept = seal.map_or(Ok(plain.clone()), |key| key.seal(&row_of(call), &plain))?;
    keep(conn, call, &kept)?;
    Ok(Made::Now(made))
}

/// What a call without a key came to.
///
/// # Errors
/// What it was refused for.
pub fn unkeyed<T, E: From<Fault>>(made: Result<Made<T>, CallError<E>>) -> Result<T, E> {
    match made {
        Ok(Made::Now(made)) => Ok(made),
        Ok(Made::Before(_)) => Err(Fault::internal(REPEATED).into()),
        Err(error) => Err(error.unkeyed()),
    }
}

const REPEATED: &str = "a call without a key was repeated";

/// [`once`] for a call that may have a key, in a transaction that has begun with something else.
///
/// # Errors
/// As [`once`].
pub fn if_once<T, E>(
    conn: &mut Conn,
    one: Option<Once<T>>,
    now: SqlNow,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<Made<T>, CallError<E>>
where
    E: From<Fault> + From<DieselError>,
{
    let work = |conn: &mut Conn| work(conn).map_err(CallError::Refused);
    match one {
        None => work(conn).map(Made::Now),
        Some(Once { call, answer, seal }) => once(conn, &call, seal.as_ref(), now, work, answer),
    }
}

/// The answer that was kept. `None`: the call is yet to be made.
///
/// # Errors
/// That the key is taken; `Unavailable` when the answer cannot be opened.
pub fn replay<E>(
    call: &OneCall,
    seal: Option<&MasterKey>,
    begun: Begun,
) -> Result<Option<Vec<u8>>, E>
where
    E: From<Fault> + From<KeyRefusal>,
{
    match (begun, seal) {
        (Begun::New, _) => Ok(None),
        (Begun::OtherCall, _) => Err(KeyRefusal::OtherCall.into()),
        (Begun::Act(_), _) => Err(KeyRefusal::InProgress.into()),
        (Begun::Answered(kept), None) => Ok(Some(kept)),
        (Begun::Answered(sealed), Some(key)) => {
            let opened = key.open(&row_of(call), &sealed);
            let answer = opened
                .ok_or_else(|| Fault::unavailable("master key", "it does not open this answer"))?;
            Ok(Some(answer))
        }
    }
}

/// What a sealed answer is bound to: known before its row is written, and as unique.
fn row_of(call: &OneCall) -> Vec<u8> {
    [call.caller.as_bytes(), b" ", call.key.as_bytes()].concat()
}

impl Db {
    /// What was answered to this call, if it was made before: for what is asked before the transaction. By now the
    /// caller may have lost the right to it.
    ///
    /// # Errors
    /// As [`replay`].
    pub async fn answered_before<E>(
        &self,
        call: Option<&OneCall>,
        seal: Option<&MasterKey>,
    ) -> Result<Option<Vec<u8>>, E>
    where
        E: From<Fault> + From<KeyRefusal>,
    {
        let Some(call) = call else { return Ok(None) };
        let asked = call.clone();
        match self.look(move |conn| found(conn, &asked)).await? {
            None => Ok(None),
            Some(begun) => replay(call, seal, begun),
        }
    }

    /// [`Db::write`] for a call that may have a key. Without one it is nothing more.
    ///
    /// # Errors
    /// As [`once`].
    pub async fn write_once<T, E>(
        &self,
        one: Option<Once<T>>,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<Made<T>, CallError<E>>
    where
        T: Send + 'static,
        E: From<Fault> + From<DieselError> + Send + 'static,
    {
        let Some(Once { call, answer, seal }) = one else {
            let made = self.write(work).await;
            return made.map(Made::Now).map_err(CallError::Refused);
        };
        let now = self.now();
        let work = |conn: &mut Conn| work(conn).map_err(CallError::Refused);
        let made = self
            .write(move |conn| once(conn, &call, seal.as_ref(), now, work, answer))
            .await?;
        crash_point::reach(crash_point::AFTER_KEPT);
        Ok(made)
    }

    /// [`Db::write_single`] for a call that may have a key: with one it is as [`Db::write`]. `None`: the change
    /// found nothing to do, and the key is free.
    ///
    /// # Errors
    /// As [`once`].
    pub async fn single_once<T>(
        &self,
        one: Option<Once<T>>,
        change: impl FnOnce(&mut Conn) -> QueryResult<Option<T>> + Send + 'static,
    ) -> Result<Option<Made<T>>, CallError<Fault>>
    where
        T: Send + 'static,
    {
        if one.is_some() {
            return self.change_once(one, change).await;
        }
        let made = self.write_single(|conn| Ok::<_, Fault>(change(conn)?));
        let made = made.await.map_err(CallError::Refused)?;
        Ok(made.map(Made::Now))
    }

    /// [`Db::change`] for a call that may have a key. `None`: the change found nothing to do, and the key is free.
    ///
    /// # Errors
    /// As [`once`].
    pub async fn change_once<T>(
        &self,
        one: Option<Once<T>>,
        change: impl FnOnce(&mut Conn) -> QueryResult<Option<T>> + Send + 'static,
    ) -> Result<Option<Made<T>>, CallError<Fault>>
    where
        T: Send + 'static,
    {
        let made = self.write_once(one, |conn| change(conn)?.ok_or(Undone::Nothing));
        match made.await {
            Ok(made) => Ok(Some(made)),
            Err(CallError::Refused(Undone::Nothing)) => Ok(None),
            Err(CallError::Refused(Undone::Fault(fault))) => Err(CallError::Refused(fault)),
            Err(CallError::Key(refusal)) => Err(refusal.into()),
        }
    }
}

/// Why a transaction is taken back.
enum Undone {
    Nothing,
    Fault(Fault),
}

impl From<Fault> for Undone {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<DieselError> for Undone {
    fn from(error: DieselError) -> Self {
        Self::Fault(error.into())
    }
}
