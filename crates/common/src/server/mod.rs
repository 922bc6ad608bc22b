//! The edge: listeners, what happens to every request before and after its handler, health, and
//! the stop. What a service serves for everybody is a [`Sitemap`], the rest is mounted ([`Mount`]);
//! nothing here knows a path but the health checks' own and those of descriptions.
//!
//! [`app`] is the one way to make the application, for the listener and for tests alike.

mod calls;
mod client;
mod comes_back;
mod command;
pub(crate) mod connections;
mod contract;
mod cookies;
mod cors;
mod edge;
mod files;
mod foreign;
mod guard;
mod head;
mod headers;
mod health;
mod host;
pub(crate) mod internal;
mod limited;
mod listeners;
mod masked;
mod measure;
mod memory;
mod network;
mod operator_socket;
mod origin;
mod own_form;
mod page_form;
mod pipeline;
mod rate_fields;
mod reader;
mod request;
mod run;
mod settings;
mod shown_address;
mod sitemap;
mod turns;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, web};

pub use self::calls::{Calls, delete, get, patch, post, put};
pub use self::client::ClientAddress;
pub use self::connections::HangUp;
pub use self::contract::{Beside, Contract, Paths, Refusal, Root, refuse_plainly};
pub use self::edge::Edge;
pub(crate) use self::files::calls_to_peers;
pub use self::foreign::Foreign;
pub use self::health::{PROCESS, process_id};
pub use self::internal::{
    Anybody, Audience, BeginsWith, InternalRoute, Keeper, OperatorCaller, PeerService,
};
pub use self::listeners::Listeners;
pub use self::network::{Network, Origin};
pub use self::operator_socket::ShortPath;
pub use self::own_form::FormMark;
pub use self::page_form::{NoForm, PageForm};
pub use self::rate_fields::{LEFT as RATE_LIMIT, POLICY as RATE_LIMIT_POLICY, Told};
pub use self::reader::{LANGUAGE_COOKIE, Reader};
pub use self::request::RequestId;
pub use self::run::{OperatorServer, run, stop_signal};
pub use self::settings::{EdgeSettings, ServerSettings, SiteSettings};
pub use self::shown_address::ShownAddress;
pub use self::sitemap::{Sitemap, publish};

use crate::fault::Fault;
use crate::jobs::Job;
use crate::page::PublicUrl;
use crate::wire::body::BodyLimit;

/// Adds routes and app data. Called once a worker thread.
///
/// Register each path once, whole, with all its methods. Two scopes with one prefix hide each
/// other, and `config.route` answers a wrong method with 404 instead of 405.
pub type Mount = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

type Check = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>> + Send + Sync>;

/// Something that must work before the gateway may send requests here.
#[derive(Clone)]
pub struct ReadyCheck {
    /// What is checked, in words: it is shown when the check fails.
    pub name: String,
    check: Check,
}

impl ReadyCheck {
    /// A check; it may be called at any time and often, and has two seconds.
    pub fn new<F, Fut>(name: impl Into<String>, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        Self {
            name: name.into(),
            check: Arc::new(move || Box::pin(check())),
        }
    }

    /// As [`ReadyCheck::new`], over what is asked.
    pub fn over<A, F, Fut>(app: &Arc<A>, name: impl Into<String>, check: F) -> Self
    where
        A: Send + Sync + 'static,
        F: Fn(Arc<A>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        let app = Arc::clone(app);
        Self::new(name, move || check(Arc::clone(&app)))
    }
}

type Complaint = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Something that this process cannot repair and another one in its place could: liveness, on which
/// whoever runs the process starts it again.
#[derive(Clone)]
pub struct AliveCheck {
    /// What is checked, in words: it is shown when the check fails.
    pub name: String,
    complaint: Complaint,
}

impl AliveCheck {
    /// A check; it answers at once, and says what is wrong.
    pub fn new(
        name: impl Into<String>,
        complaint: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            complaint: Arc::new(complaint),
        }
    }
}

/// What services bring to a server.
#[derive(Default)]
pub struct Parts {
    /// Routes for everybody.
    pub public: Vec<Sitemap>,
    /// What their handlers need: app data.
    pub data: Vec<Mount>,
    /// Routes for other services and for the operator: on the internal listener, where there is a
    /// gate. Without one those for the operator are on the unix socket.
    pub internal: Vec<InternalRoute>,
    /// Background work.
    pub jobs: Vec<Job>,
    /// What readiness asks.
    pub ready: Vec<ReadyCheck>,
    /// What liveness asks.
    pub alive: Vec<AliveCheck>,
    /// Where data lies, for the log.
    pub places: Vec<String>,
}

impl Parts {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.public.extend(other.public);
        self.data.extend(other.data);
        self.internal.extend(other.internal);
        self.jobs.extend(other.jobs);
        self.ready.extend(other.ready);
        self.alive.extend(other.alive);
        self.places.extend(other.places);
        self
    }
}

/// The application: the mounted routes behind everything that happens to every request. Handlers
/// find `web::Data<Edge>` in it.
pub fn app(
    mounts: &[Mount],
    edge: &Edge,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(web::Data::new(edge.clone()))
        .app_data(BodyLimit(edge.settings().server.body_limit))
        .app_data(web::Data::new(PublicUrl(edge.public_url())))
        .app_data(web::Data::new(edge.settings().site.clone()))
        .configure(|config| mounts.iter().for_each(|mount| mount(config)))
        .default_service(web::to(async || HttpResponse::NotFound().finish()))
        .wrap(from_fn(pipeline::run))
}

/// The application of a listener that nobody from outside reaches: these routes, each behind its door,
/// and nothing else.
pub fn internal_app(
    routes: &[InternalRoute],
    edge: &Edge,
    keeper: &Keeper,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(web::Data::new(edge.clone()))
        .app_data(web::Data::new(PublicUrl(edge.public_url())))
        .configure(|config| {
            for route in routes {
                route.register(keeper, config);
            }
        })
        .default_service(web::to(internal::nowhere))
}

#[cfg(test)]
mod tests;
