//! A handler whose calls are counted.

use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, web};
use futures_util::future::LocalBoxFuture;

use super::client::ClientAddress;
use super::contract::Refusal;
use super::edge::Edge;
use crate::fault::Fault;

/// Calls the handler as long as the client's address has not used the limit up. Like the handler it
/// is called when its input was understood.
pub(super) struct Limited<F, Args> {
    name: &'static str,
    handler: F,
    args: PhantomData<fn(Args)>,
}

impl<F, Args> Limited<F, Args> {
    pub(super) const fn new(name: &'static str, handler: F) -> Self {
        Self {
            name,
            handler,
            args: PhantomData,
        }
    }

    /// The refusal, in the words of the path's contract.
    fn refusal(&self, req: &HttpRequest) -> Option<HttpResponse> {
        let edge = req.app_data::<web::Data<Edge>>()?;
        let counted = edge.limits().check(self.name, ClientAddress::of(req).0);
        let contract = edge.contract_of(req.match_info().as_str());
        let refuse = |fault: Fault| (contract.refuse)(req.method(), Refusal::Trouble(fault));
        counted.err().map(refuse)
    }
}

impl<F: Clone, Args> Clone for Limited<F, Args> {
    fn clone(&self) -> Self {
        Self::new(self.name, self.handler.clone())
    }
}

impl<F, Args> Handler<(HttpRequest, Args)> for Limited<F, Args>
where
    F: Handler<Args>,
    F::Output: Responder + 'static,
    Args: FromRequest + 'static,
{
    type Output = HttpResponse<BoxBody>;
    type Future = LocalBoxFuture<'static, HttpResponse<BoxBody>>;

    fn call(&self, (req, args): (HttpRequest, Args)) -> Self::Future {
        if let Some(refusal) = self.refusal(&req) {
            return Box::pin(std::future::ready(refusal));
        }
        let answer = self.handler.call(args);
        Box::pin(async move { answer.await.respond_to(&req).map_into_boxed_body() })
    }
}
