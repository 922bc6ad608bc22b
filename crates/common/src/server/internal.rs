//! Routes that nobody from outside reaches: those of the internal listener (health and metrics, what
//! services ask of each other, the operator's commands) and those of the operator's socket.
//!
//! A route is made in one of three ways, one for each kind of caller, and each demands a handler whose
//! first argument is the permission: one that forgets it does not compile. Who gets the permission is
//! decided by the route that was matched, never by reading a path. What matches none is refused, and
//! every refusal stands in the log.

mod kin;

use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::guard;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{
    Error, FromRequest, Handler, HttpMessage as _, HttpRequest, HttpResponse, Resource, Responder,
    ResponseError as _, Route,
};

use super::command::Command;
use super::pipeline;
use crate::audit::Actor;
use crate::fault::Fault;
use crate::rpc::gate::{Gate, Standing, standing};
use crate::wire::operator::{self, OperatorError};

/// Whom a route answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever reaches the listener: gateways and Prometheus show no credential.
    Anybody,
    /// These services, by their tokens.
    Services(&'static [&'static str]),
    /// The operator: by the operator's key, or because the socket could be opened.
    Operator,
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anybody => f.write_str("anybody"),
            Self::Services(names) => f.write_str(&names.join(", ")),
            Self::Operator => f.write_str("the operator"),
        }
    }
}

/// The permission to answer without knowing who asks. Only routes of health and metrics give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anybody(());

/// The service that calls: the permission to answer what this one may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerService(&'static str);

/// The operator calls: the permission to do what only operators may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorCaller {
    is_at_socket: bool,
}

impl OperatorCaller {
    /// Who acts, for the audit log.
    pub fn actor(&self) -> Actor {
        Actor::operator(self.is_at_socket)
    }
}

/// A permission is found in the request, where the listener left it; without it the call is refused.
macro_rules! permissions {
    ($($permission:ident)+) => {$(
        impl FromRequest for $permission {
            type Error = OperatorError;
            type Future = Ready<Result<Self, OperatorError>>;

            fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
                let found = req.extensions().get::<Self>().copied();
                ready(found.ok_or_else(|| Fault::Unauthenticated.into()))
            }
        }
    )+};
}
permissions!(Anybody PeerService OperatorCaller);

/// The arguments of a handler, the first of which is the permission `P`.
#[diagnostic::on_unimplemented(
    message = "the first argument of this handler must be the permission `{P}`"
)]
pub trait BeginsWith<P> {}

macro_rules! begins {
    ($($rest:ident)*) => {
        impl<P, $($rest),*> BeginsWith<P> for (P, $($rest,)*) {}
    };
}
begins!();
begins!(A);
begins!(A B);
begins!(A B C);

/// A route, and whom it answers.
#[derive(Clone)]
pub struct InternalRoute {
    path: String,
    audience: Audience,
    resource: Arc<dyn Fn() -> Resource + Send + Sync>,
}

impl InternalRoute {
    /// A command of the operator: `POST /operator/<noun>/<command>`, JSON in and out.
    ///
    /// ```
    /// use latchkey_common::server::{InternalRoute, OperatorCaller};
    ///
    /// InternalRoute::operator("users", "create", async |_: OperatorCaller| "made");
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use latchkey_common::server::InternalRoute;
    ///
    /// InternalRoute::operator("users", "create", async || "made by anybody");
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use latchkey_common::server::{InternalRoute, PeerService};
    ///
    /// InternalRoute::operator("users", "create", async |_: PeerService| "made by a service");
    /// ```
    pub fn operator<H, Args>(noun: &str, command: &str, handler: H) -> Self
    where
        H: Handler<Args> + Send + Sync,
        H::Output: Responder + 'static,
        Args: FromRequest + BeginsWith<OperatorCaller> + 'static,
    {
        let path = format!("/operator/{noun}/{command}");
        Self::new(path, Audience::Operator, move || {
            web::post().to(handler.clone())
        })
        .with(operator::json())
    }

    /// A call of other services, of `callers` and nobody else: `POST /internal/<service>/<call>`.
    ///
    /// ```compile_fail,E0277
    /// use latchkey_common::server::InternalRoute;
    ///
    /// InternalRoute::peer("users", "by-ids", &["channels"], async || "told to anybody");
    /// ```
    pub fn peer<H, Args>(
        service: &str,
        call: &str,
        callers: &'static [&'static str],
        handler: H,
    ) -> Self
    where
        H: Handler<Args> + Send + Sync,
        H::Output: Responder + 'static,
        Args: FromRequest + BeginsWith<PeerService> + 'static,
    {
        let path = format!("/internal/{service}/{call}");
        Self::new(path, Audience::Services(callers), move || {
            web::post().to(handler.clone())
        })
    }

    /// What is told to anybody: `GET path`, and `HEAD`.
    pub(super) fn open<H, Args>(path: &str, handler: H) -> Self
    where
        H: Handler<Args> + Send + Sync,
        H::Output: Responder + 'static,
        Args: FromRequest + BeginsWith<Anybody> + 'static,
    {
        Self::new(path.to_owned(), Audience::Anybody, move || {
            let get = guard::Any(guard::Get()).or(guard::Head());
            web::route().guard(get).to(handler.clone())
        })
    }

    fn new(
        path: String,
        audience: Audience,
        route: impl Fn() -> Route + Send + Sync + 'static,
    ) -> Self {
        let at = path.clone();
        Self {
            path,
            audience,
            resource: Arc::new(move || web::resource(at.as_str()).route(route())),
        }
    }

    /// The same route, whose handler finds `data`.
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(self, data: T) -> Self {
        let plain = self.resource;
        Self {
            resource: Arc::new(move || plain().app_data(data.clone())),
            ..self
        }
    }

    /// Its path: there is no other spelling of it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whom it answers.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    pub(super) fn register(&self, keeper: &Keeper, config: &mut ServiceConfig) {
        let door = Arc::new(Door {
            path: self.path.clone(),
            audience: self.audience,
            keeper: keeper.clone(),
        });
        let admit = move |req: ServiceRequest, next: Next<BoxBody>| {
            let door = Arc::clone(&door);
            async move { door.admit(req, next).await }
        };
        config.service((self.resource)().wrap(from_fn(admit)));
    }
}

impl fmt::Debug for InternalRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InternalRoute")
            .field("path", &self.path)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// How a listener knows who calls.
#[derive(Debug, Clone)]
pub enum Keeper {
    /// The operator's socket: whoever can open it is the operator.
    Socket,
    /// The internal listener: by what they show. Without a gate nobody is known.
    Gate(Option<Gate>),
}

/// A route as a listener serves it.
struct Door {
    path: String,
    audience: Audience,
    keeper: Keeper,
}

impl Door {
    async fn admit(
        &self,
        mut req: ServiceRequest,
        next: Next<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        // The router decodes a path before it looks for the route. Nobody of ours writes one in
        // another way, and what stands in front of this listener may read it in another way.
        if req.path() != self.path {
            let refusal = OperatorError::not_found("route");
            return Ok(refuse(req, &refusal, "its path is disguised"));
        }
        let who = match &self.keeper {
            Keeper::Socket => Standing::Operator,
            Keeper::Gate(gate) => standing(gate.as_ref(), req.headers()),
        };
        match (self.audience, who) {
            // Asked all the time: no line in the log.
            (Audience::Anybody, _) => {
                req.extensions_mut().insert(Anybody(()));
                return Ok(self.tell(next.call(req).await?));
            }
            (Audience::Operator, Standing::Operator) => {
                match Command::of(&self.path, &mut req).await {
                    Ok(command) => req.extensions_mut().insert(command),
                    Err(error) => {
                        let refusal = OperatorError::invalid(error.to_string());
                        return Ok(refuse(req, &refusal, "its body cannot be read"));
                    }
                };
                let is_at_socket = matches!(self.keeper, Keeper::Socket);
                req.extensions_mut().insert(OperatorCaller { is_at_socket });
            }
            (Audience::Services(callers), Standing::Service(name)) if callers.contains(&name) => {
                req.extensions_mut().insert(PeerService(name));
                return self.among_services(name, req, next).await;
            }
            (_, Standing::Stranger) => {
                let refusal = OperatorError::from(Fault::Unauthenticated);
                return Ok(refuse(req, &refusal, "nobody that is known here"));
            }
            (audience, Standing::Operator | Standing::Service(_)) => {
                let why = format!("this is for {audience}, not for {who}");
                let refusal = OperatorError::forbidden(why.clone());
                return Ok(refuse(req, &refusal, &why));
            }
        }
        pipeline::run_for_one_of_us(req, next, who).await
    }
}

/// What matches no route.
pub(super) async fn nowhere(req: HttpRequest) -> HttpResponse {
    note(&req, "there is no such route");
    OperatorError::not_found("route").error_response()
}

fn refuse(req: ServiceRequest, refusal: &OperatorError, why: &str) -> ServiceResponse<BoxBody> {
    note(req.request(), why);
    req.into_response(refusal.error_response())
}

/// No request of ours comes here, so there is no span that says who asks.
fn note(req: &HttpRequest, why: &str) {
    let span = tracing::error_span!(
        "request",
        method = req.method().as_str(),
        path = req.path(),
        client = req.peer_addr().map(tracing::field::display),
    );
    let _here = span.enter();
    tracing::warn!(why, "refused where nobody from outside comes");
}
