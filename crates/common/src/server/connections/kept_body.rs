//! What whoever reads a body keeps of it in memory.

use std::rc::Rc;

use actix_web::HttpRequest;

use super::talk::Talk;

/// The body of a request, as far as it is kept in memory until the request is answered.
pub(crate) struct KeptBody(Option<Rc<Talk>>);

impl KeptBody {
    /// A unix socket and a test have no connection of a crowd, and all the memory that they want.
    pub(crate) fn of(req: &HttpRequest) -> Self {
        Self(req.conn_data::<Rc<Talk>>().cloned())
    }

    /// Keeps so many bytes more. False when there is no memory for them: the request is answered
    /// with 503 then, whatever its handler says.
    pub(crate) fn more(&self, bytes: usize) -> bool {
        self.0.as_ref().is_none_or(|talk| talk.may_keep(bytes))
    }

    /// Keeps nothing of it after all.
    pub(crate) fn nothing(&self) {
        if let Some(talk) = &self.0 {
            talk.keeps_nothing();
        }
    }
}
