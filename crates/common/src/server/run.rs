//! A server's life: start, serve, drain, stop.

use std::fs;
use std::future::Future;
use std::num::NonZeroUsize;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process;
use std::sync::Arc;

use actix_web::dev::{Payload, Server, ServerHandle, Service as _};
use actix_web::{HttpMessage as _, HttpServer};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::connections::Entrance;
use super::edge::Edge;
use super::files::{self, Shares};
use super::health::{self, Health};
use super::listeners::Listeners;
use super::memory;
use super::operator_socket::OperatorSocket;
use super::sitemap::publish;
use super::{Audience, InternalRoute, Keeper, Parts, app, internal_app};
use crate::fault::Fault;
use crate::jobs::Supervisor;
use crate::privacy;
use crate::rpc::gate::Gate;
use crate::telemetry;

/// Resolves when the process is asked to stop: SIGTERM, or Ctrl-C. Asked once more, it ends at once,
/// with the status that shells give for the signal: whoever asks twice does not want to wait.
///
/// # Errors
/// `Internal` when signals cannot be listened to.
pub async fn stop_signal() -> Result<(), Fault> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Fault::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Fault::internal)?;
    asked(&mut terminate, &mut interrupt).await;
    let again = async move {
        let kind = asked(&mut terminate, &mut interrupt).await;
        tracing::warn!("asked to stop once more: ending at once");
        end_by(kind)
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "it outlives every job, and nothing is to be heard of it but the end"
    )]
    drop(tokio::spawn(again));
    Ok(())
}

/// Which of the two has come.
async fn asked(terminate: &mut Signal, interrupt: &mut Signal) -> SignalKind {
    tokio::select! {
        _ = terminate.recv() => SignalKind::terminate(),
        _ = interrupt.recv() => SignalKind::interrupt(),
    }
}

/// What is cut off is what a crash would cut off, and that is provided for.
fn end_by(kind: SignalKind) -> ! {
    process::exit(128 + kind.as_raw_value())
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
    let health = Health {
        edge: edge.clone(),
        checks: Arc::from(parts.ready),
        alive: Arc::from(parts.alive),
        metrics: telemetry::metrics()?,
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        public = %listeners.public_address()?,
        internal = %listeners.internal_address()?,
        databases = parts.places.join(" "),
        "begins"
    );
    let mut jobs = parts.jobs;
    jobs.push(edge.limits().forget_job());
    jobs.push(health::upkeep_job(health.metrics.clone()));
    jobs.push(memory::give_back_job());

    let server = edge.settings().server;
    if server.may_be_traced {
        privacy::open_to_own_account().map_err(Fault::internal)?;
    }
    let files = files::raise_limit();
    let shares = Shares::of(files, &server, gate.is_some());
    shares.tell(files, &server);
    let public = Entrance::public(edge.settings(), &shares);
    let inner = Entrance::internal(edge.settings(), &shares);
    jobs.extend([public.watch_job(), inner.watch_job()]);

    let own = edge.clone();
    let mut mounts = parts.data;
    mounts.push(publish(parts.public, &edge)?);
    let application = move || app(&mounts, &own);
    let mut servers = vec![public.serve(listeners.public, server.workers, application)?];
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
    tell(&internal_routes, "internal listener");
    // Health alone needs one thread; other services ask as often as clients do.
    let workers = if gate.is_some() {
        server.workers
    } else {
        NonZeroUsize::new(1)
    };
    let (own, keeper) = (edge.clone(), Keeper::Gate(gate));
    let application = move || internal_app(&internal_routes, &own, &keeper);
    let mut internal = inner.serve(listeners.internal, workers, application)?;
    let supervisor = Supervisor::start(jobs);

    let stopping = stop(&edge, until, &handles, &public);
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

async fn stop(
    edge: &Edge,
    until: impl Future<Output = ()>,
    handles: &[ServerHandle],
    public: &Entrance,
) {
    until.await;
    let settings = edge.settings().server;
    tracing::info!(drain_seconds = settings.drain.as_secs(), "stopping");
    edge.drain();
    tokio::time::sleep(settings.drain).await;
    edge.end_streams();
    let mut stopped = join_all(handles.iter().map(|handle| handle.stop(true)));
    tokio::select! {
        _ = &mut stopped => return,
        () = tokio::time::sleep(settings.stop_patience) => public.hurry(),
    }
    stopped.await;
}

/// Those of `routes` that are for the operator, on the operator's socket.
fn serve_operator(
    edge: &Edge,
    mut routes: Vec<InternalRoute>,
    listener: UnixListener,
) -> Result<Server, Fault> {
    routes.retain(|route| route.audience() == Audience::Operator);
    tell(&routes, "operator's socket");
    let settings = edge.settings().server;
    let shared = edge.clone();
    // Nobody has to be guarded against there; but nobody delays a stop by what does not come.
    let application = move || {
        let (stop, patience) = (shared.stop_handle(), settings.stop_patience);
        internal_app(&routes, &shared, &Keeper::Socket).wrap_fn(move |mut req, next| {
            let stop = stop.clone();
            let hurried = async move {
                stop.cancelled().await;
                tokio::time::sleep(patience).await;
            };
            let body = req.take_payload().take_until(Box::pin(hurried));
            req.set_payload(Payload::Stream {
                payload: Box::pin(body),
            });
            next.call(req)
        })
    };
    let server = HttpServer::new(application)
        .keep_alive(settings.keep_alive)
        .client_request_timeout(settings.header_timeout.min(settings.stop_patience))
        .shutdown_timeout(settings.stop.as_secs())
        .workers(1)
        .disable_signals();
    Ok(server.listen_uds(listener).map_err(Fault::internal)?.run())
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
