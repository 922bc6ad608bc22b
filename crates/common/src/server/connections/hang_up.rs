//! Ending an answer from outside.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::member::Member;
use super::talk::Talk;

/// Says that an answer which goes on by itself, such as a live stream, gets no more. Its body has to
/// end too; but nobody asks a body for more while its client does not take what was written, so the
/// connection is told as well, and ends at once then.
#[derive(Clone, Default)]
pub struct HangUp(Option<Arc<Member>>);

impl HangUp {
    /// Says it. From any thread.
    pub fn now(&self) {
        if let Some(member) = &self.0 {
            member.is_hung_up.store(true, Ordering::Relaxed);
            member.call();
        }
    }
}

impl std::fmt::Debug for HangUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HangUp")
    }
}

impl FromRequest for HangUp {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // A unix socket and a test have no connection of a crowd.
        let talk = req.conn_data::<Rc<Talk>>();
        ready(Ok(Self(talk.map(|talk| {
            talk.goes_on();
            talk.member()
        }))))
    }
}
