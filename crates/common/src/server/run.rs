//! A server's life: start, serve, drain, stop.

use std::fs;
use std::future::Future;
use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, HttpServer};
use futures_util::future::join_all;
use tokio::signal::unix::{SignalKind, signal};

use super::edge::Edge;
use super::health::{self, Health};
use super::listeners::Listeners;
use super::operator_socket::OperatorSocket;
use super::{Audience, InternalRoute, Keeper, Parts, app, internal_app};
use crate::fault::Fault;
use crate::jobs::Supervisor;
use crate::rpc::Gate;
use crate::telemetry;

/// Resolves when the process is asked to stop: SIGTERM, or Ctrl-C.
///
/// # Errors
/// `Internal` when signals cannot be listened to.
pub async fn stop_signal() -> Result<(), Fault> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Fault::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Fault::internal)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Serves until `until` resolves, then stops in order: readiness goes red; traffic is served on
/// while the gateway notices; live streams end; the listener closes and requests under way finish;
/// jobs end. The internal listener answers to the last.
///
/// With a `gate` other services and the operator are served on the internal listener too; without
/// one the operator has the unix socket, if that was opened.
///
/// # Errors
/// `Internal` when a listener fails for good.
pub async fn run(
    listeners: Listeners,
    parts: Parts,
    edge: Edge,
    gate: Option<Gate>,
    until: impl Future<Output = ()>,
) -> Result<(), Fault> {
    edge.speak(parts.dialects);
    let health = Health {
        edge: edge.clone(),
        checks: Arc::from(parts.ready),
        metrics: telemetry::metrics()?,
    };
    let mut jobs = parts.jobs;
    jobs.push(edge.limits().forget_job());
    jobs.push(health::upkeep_job(health.metrics.clone()));

    let shared = edge.clone();
    let mut servers = vec![serve(
        &edge,
        move || app(&parts.public, &shared),
        edge.settings().server.workers,
        Socket::Tcp(listeners.public),
    )?];
    let mut operator_path = None;
    let mut internal_routes = health::routes(health).to_vec();
    if gate.is_some() {
        internal_routes.extend(parts.internal);
    } else if let Some(operator) = listeners.operator {
        let (listener, path) = operator.into_parts();
        operator_path = Some(path);
        servers.push(serve_operator(&edge, parts.internal, listener)?);
    }
    let handles: Vec<ServerHandle> = servers.iter().map(Server::handle).collect();
    let mut internal = serve_internal(&edge, gate, internal_routes, listeners.internal)?;
    let supervisor = Supervisor::start(jobs);

    let stopping = stop(&edge, until, &handles);
    let mut internal_ended = false;
    let outcome = tokio::select! {
        () = stopping => Ok(()),
        // A listener never ends by itself: when one does, the process has nothing to do any more.
        ended = join_all(servers) => ended.into_iter().collect(),
        ended = &mut internal => {
            internal_ended = true;
            ended
        }
    };
    if tokio::time::timeout(edge.settings().server.stop, supervisor.stop())
        .await
        .is_err()
    {
        tracing::warn!("a job did not end in time");
    }
    let health = internal.handle();
    tokio::select! {
        () = health.stop(false) => {}
        _ = &mut internal, if !internal_ended => {}
    }
    if let Some(path) = operator_path {
        // What is left behind is replaced at the next start.
        drop(fs::remove_file(path));
    }
    outcome.map_err(Fault::internal)
}

async fn stop(edge: &Edge, until: impl Future<Output = ()>, handles: &[ServerHandle]) {
    until.await;
    let settings = edge.settings().server;
    tracing::info!(drain_seconds = settings.drain.as_secs(), "stopping");
    edge.drain();
    tokio::time::sleep(settings.drain).await;
    edge.end_streams();
    join_all(handles.iter().map(|handle| handle.stop(true))).await;
}

enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

fn serve<T>(
    edge: &Edge,
    make: impl Fn() -> App<T> + Send + Clone + 'static,
    workers: Option<NonZeroUsize>,
    socket: Socket,
) -> Result<Server, Fault>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
{
    let settings = edge.settings().server;
    let mut server = HttpServer::new(make)
        .keep_alive(settings.keep_alive)
        .client_request_timeout(settings.header_timeout)
        .shutdown_timeout(settings.stop.as_secs())
        .disable_signals();
    if let Some(workers) = workers {
        server = server.workers(workers.get());
    }
    let listening = match socket {
        Socket::Tcp(listener) => server.listen(listener),
        Socket::Unix(listener) => server.listen_uds(listener),
    };
    Ok(listening.map_err(Fault::internal)?.run())
}

/// Those of `routes` that are for the operator, on the operator's socket.
fn serve_operator(
    edge: &Edge,
    mut routes: Vec<InternalRoute>,
    listener: UnixListener,
) -> Result<Server, Fault> {
    routes.retain(|route| route.audience() == Audience::Operator);
    tell(&routes, "operator's socket");
    let shared = edge.clone();
    let make = move || internal_app(&routes, &shared, &Keeper::Socket);
    serve(edge, make, NonZeroUsize::new(1), Socket::Unix(listener))
}

fn serve_internal(
    edge: &Edge,
    gate: Option<Gate>,
    routes: Vec<InternalRoute>,
    listener: TcpListener,
) -> Result<Server, Fault> {
    tell(&routes, "internal listener");
    let settings = edge.settings().server;
    let shared = edge.clone();
    // Health alone needs one thread; other services ask as often as clients do.
    let workers = if gate.is_some() {
        settings.workers
    } else {
        NonZeroUsize::new(1)
    };
    let keeper = Keeper::Gate(gate);
    let mut server = HttpServer::new(move || internal_app(&routes, &shared, &keeper))
        .keep_alive(settings.keep_alive)
        .disable_signals();
    if let Some(workers) = workers {
        server = server.workers(workers.get());
    }
    Ok(server.listen(listener).map_err(Fault::internal)?.run())
}

/// Says what a listener answers, and to whom: all of it, for whoever looks for what should not be there.
fn tell(routes: &[InternalRoute], listener: &str) {
    for route in routes {
        let to = route.audience();
        tracing::debug!(listener, path = route.path(), %to, "a route");
    }
}

/// The operator's calls alone, on the unix socket: for a command when no server runs.
pub struct OperatorServer {
    handle: ServerHandle,
    serving: Pin<Box<Server>>,
    path: PathBuf,
}

impl OperatorServer {
    /// Begins to answer at `path`. The caller holds the data folder's lock. Nothing is served
    /// before somebody awaits [`OperatorServer::beside`].
    pub fn start(path: &Path, routes: Vec<InternalRoute>, edge: &Edge) -> Result<Self, Fault> {
        let (listener, path) = OperatorSocket::open(path)?.into_parts();
        let server = serve_operator(edge, routes, listener)?;
        Ok(Self {
            handle: server.handle(),
            serving: Box::pin(server),
            path,
        })
    }

    /// Serves while `work` runs, then stops.
    pub async fn beside<T>(self, work: impl Future<Output = T>) -> Result<T, Fault> {
        let Self {
            handle,
            mut serving,
            path,
        } = self;
        let done = tokio::select! {
            done = work => Ok(done),
            ended = &mut serving => Err(ended.err().map_or_else(
                || Fault::internal("the operator's listener ended"),
                Fault::internal,
            )),
        };
        tokio::select! {
            () = handle.stop(true) => {}
            _ = &mut serving => {}
        }
        drop(fs::remove_file(path));
        done
    }
}
