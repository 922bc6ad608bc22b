//! Load on a server, and what it cost: as many operations at once as there are connections, for a
//! while, with the operating system's accounts taken before and after.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::Result;
use crate::accounting::{cores, machine_cpu, own_cpu};
use crate::http::Connection;
use crate::shape::{Cpu, Meter};

/// Something that is done again and again.
pub(crate) trait Operation {
    /// Does it once, as client number `client`. False when there is nothing left to do it to.
    async fn once(&self, conn: &mut Connection, client: usize) -> Result<bool>;
}

/// How long to load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Before the accounts are taken.
    pub(crate) warm: Duration,
    /// While they are.
    pub(crate) measured: Duration,
}

/// One look at a server that may have come to rest.
const LOOK: Duration = Duration::from_millis(200);
/// What a server at rest may use in that time.
const REST: Duration = Duration::from_millis(20);
/// How long a server that does not come to rest is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who set the pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bound {
    /// Server and database had the processors to themselves and used them up.
    Server,
    /// The load generator's one thread was busy all the time.
    Generator,
    /// Programs that have nothing to do with this took the processors.
    Others,
    /// Nobody was busy: the disk, or the queue of one writer.
    Waiting,
}

/// What a load of operations took.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Sample {
    pub(crate) connections: usize,
    pub(crate) operations: usize,
    /// Operations a second.
    pub(crate) rate: f64,
    /// Milliseconds of CPU per operation: services, gateway included.
    pub(crate) service_ms: f64,
    /// Milliseconds of CPU per operation: the database server.
    pub(crate) database_ms: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) bound: Bound,
}

impl Sample {
    /// CPU milliseconds per operation, server and database together.
    pub(crate) fn cpu_ms(&self) -> f64 {
        self.service_ms + self.database_ms
    }
}

/// Loads `operation` over so many connections.
pub(crate) async fn load<O: Operation>(
    address: SocketAddr,
    meter: &impl Meter,
    operation: &O,
    connections: usize,
    pace: Pace,
) -> Result<Sample> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let clients = RefCell::new(open);
    drive(&clients, operation, pace.warm).await?;

    let (used, own, machine) = (meter.cpu()?, own_cpu()?, machine_cpu()?);
    let began = Instant::now();
    let mut took = drive(&clients, operation, pace.measured).await?;
    let elapsed = began.elapsed();
    let (own, machine) = (
        own_cpu()?.saturating_sub(own),
        machine_cpu()?.saturating_sub(machine),
    );
    let used = at_rest(meter).await?.since(used);

    took.sort_unstable();
    let each = |time: Duration| milliseconds(time) / float(took.len().max(1));
    Ok(Sample {
        connections,
        operations: took.len(),
        rate: float(took.len()) / elapsed.as_secs_f64(),
        service_ms: each(used.service),
        database_ms: each(used.database),
        p50_ms: percentile(&took, 50),
        p99_ms: percentile(&took, 99),
        bound: bound(elapsed, used.service + used.database, own, machine),
    })
}

/// The work of background jobs that the last operations caused belongs to them: CPU time when there is
/// none left.
async fn at_rest(meter: &impl Meter) -> Result<Cpu> {
    let began = Instant::now();
    let mut used = meter.cpu()?;
    loop {
        tokio::time::sleep(LOOK).await;
        let now = meter.cpu()?;
        let meanwhile = now.since(used);
        if meanwhile.service + meanwhile.database <= REST || began.elapsed() > PATIENCE {
            return Ok(now);
        }
        used = now;
    }
}

/// Does an operation until there is nothing left.
pub(crate) async fn drain<O: Operation>(
    address: SocketAddr,
    operation: &O,
    connections: usize,
) -> Result<()> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    try_join_all(
        open.iter_mut()
            .enumerate()
            .map(|(client, conn)| async move {
                while operation.once(conn, client).await? {}
                Ok::<_, crate::Error>(())
            }),
    )
    .await
    .map(drop)
}

async fn drive<O: Operation>(
    clients: &RefCell<Vec<Connection>>,
    operation: &O,
    time: Duration,
) -> Result<Vec<Duration>> {
    let mut open = clients.take();
    let until = Instant::now() + time;
    let took = RefCell::new(Vec::with_capacity(100_000));
    let is_spent = Cell::new(false);
    let (kept, spent) = (&took, &is_spent);
    try_join_all(
        open.iter_mut()
            .enumerate()
            .map(|(client, conn)| async move {
                loop {
                    let began = Instant::now();
                    if began >= until || spent.get() {
                        return Ok::<_, crate::Error>(());
                    }
                    if !operation.once(conn, client).await? {
                        spent.set(true);
                        return Ok(());
                    }
                    kept.borrow_mut().push(began.elapsed());
                }
            }),
    )
    .await?;
    clients.replace(open);
    Ok(took.into_inner())
}

fn bound(elapsed: Duration, server: Duration, own: Duration, machine: Duration) -> Bound {
    let share = |time: Duration| time.as_secs_f64() / elapsed.as_secs_f64();
    let others = share(machine) - share(server) - share(own);
    let all = f64::from(cores());
    if others > 0.2 * all {
        Bound::Others
    } else if share(own) > 0.9 {
        Bound::Generator
    } else if share(machine) > 0.85 * all {
        Bound::Server
    } else {
        Bound::Waiting
    }
}

/// The value below which so many of a hundred lie, in milliseconds. The list is sorted.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().map_or(0.0, milliseconds)
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Exact up to 2^32, and counts here are smaller.
pub(crate) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
