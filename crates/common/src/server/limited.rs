//! A handler that is not called at once for everybody: its calls are counted, or wait for their turn.

use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::{
    FromRequest, Handler, HttpMessage as _, HttpRequest, HttpResponse, Responder, web,
};
use futures_util::future::LocalBoxFuture;

use super::client::ClientAddress;
use super::contract::Refusal;
use super::edge::Edge;
use super::rate_fields::{Told, tell};
use super::reader::Reader;
use super::turns::Turn;
use crate::auth::UserId;
use crate::fault::Fault;

/// What stands before a handler.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Calls are limited by rate for each client address: the name of the limit.
    pub(super) limit: Option<&'static str>,
    /// What is answered may be long: calls wait for their turn.
    pub(super) is_long: bool,
    /// Answers tell how it stands with these limits.
    pub(super) told: &'static [Told],
}

/// Calls the handler as long as the client's address has not used the limit up, and when it is the
/// caller's turn. Like the handler it is called when its input was understood.
pub(super) struct Limited<F, Args> {
    bounds: Bounds,
    handler: F,
    args: PhantomData<fn(Args)>,
}

impl<F, Args> Limited<F, Args> {
    pub(super) const fn new(bounds: Bounds, handler: F) -> Self {
        Self {
            bounds,
            handler,
            args: PhantomData,
        }
    }
}

/// Counts the call.
fn count(req: &HttpRequest, name: &str) -> Result<(), Fault> {
    let Some(edge) = req.app_data::<web::Data<Edge>>() else {
        return Ok(());
    };
    edge.limits().check(name, ClientAddress::of(req).0)
}

/// Waits for a turn. What was sent and who sent it is known by now.
async fn turn(edge: &Edge, req: &HttpRequest) -> Result<Turn, Fault> {
    let account = req.extensions().get::<UserId>().copied();
    edge.turns().wait(account, ClientAddress::of(req).0).await
}

/// The refusal, in the words of the path's contract.
fn refusal(req: &HttpRequest, fault: Fault) -> HttpResponse {
    let edge = req.app_data::<web::Data<Edge>>();
    let contract = edge.map(|edge| edge.contract_of(req.match_info().as_str(), req.head()));
    contract.map_or_else(
        || HttpResponse::ServiceUnavailable().finish(),
        |contract| {
            let reader = Reader::who_asks(req);
            contract.tell(
                req.method(),
                (reader.as_ref(), true),
                Refusal::Trouble(fault),
            )
        },
    )
}

impl<F: Clone, Args> Clone for Limited<F, Args> {
    fn clone(&self) -> Self {
        Self::new(self.bounds, self.handler.clone())
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
        let Bounds {
            limit,
            is_long,
            told,
        } = self.bounds;
        if let Some(Err(fault)) = limit.map(|name| count(&req, name)) {
            let mut refused = refusal(&req, fault);
            tell(&req, told, &mut refused);
            return Box::pin(std::future::ready(refused));
        }
        let handler = self.handler.clone();
        Box::pin(async move {
            let edge = req.app_data::<web::Data<Edge>>().filter(|_| is_long);
            let turn = match edge {
                None => None,
                Some(edge) => match turn(edge, &req).await {
                    Ok(turn) => Some(turn),
                    Err(fault) => return refusal(&req, fault),
                },
            };
            let answer = handler.call(args).await;
            let mut answer = answer.respond_to(&req).map_into_boxed_body();
            tell(&req, told, &mut answer);
            match turn {
                None => answer,
                Some(turn) => turn.end(answer),
            }
        })
    }
}
