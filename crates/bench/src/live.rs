//! Live events: how long a message takes to everybody who listens, and what an idle stream holds.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select, try_join_all};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::Result;
use crate::http::{Auth, Connection, request};
use crate::load::{float, milliseconds, percentile};
use crate::shape::{Meter as _, Running};
use crate::world::{Hands, Person, TEXT, World};

/// Between two messages, so that each is measured for itself.
const PAUSE: Duration = Duration::from_millis(10);

/// What delivery to so many listeners took.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Delivery {
    pub(crate) listeners: usize,
    pub(crate) messages: usize,
    /// From the start of the send to the arrival at one listener.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Milliseconds of CPU per message, server and database together.
    pub(crate) cpu_ms: f64,
}

/// Makes a channel whose members are all listeners, and measures deliveries to some and to all.
pub(crate) async fn deliveries(running: &Running<'_>, world: &World) -> Result<Vec<Delivery>> {
    let owner = world.people.first().ok_or("nobody")?;
    let mut hands = Hands::of(running).await?;
    let channel = hands.channel(owner, "The hall", "public").await?;
    for listener in &world.listeners {
        hands.join(listener, channel).await?;
    }
    let mut all = Vec::new();
    for (listeners, messages) in [(1, 200), (50, 100), (500, 40)] {
        let present = world
            .listeners
            .get(..listeners)
            .ok_or("too few listeners")?;
        all.push(deliver(running, owner, channel, present, messages).await?);
    }
    Ok(all)
}

/// An open stream, with what came with its head.
async fn listen(running: &Running<'_>, person: &Person) -> Result<TcpStream> {
    let conn = Connection::open(running.entrance()).await?;
    let auth = Auth::Session(&person.session);
    let (stream, _) = conn
        .stream(&request("GET", "/api/user/listener", auth, None))
        .await?;
    Ok(stream)
}

struct Arrivals {
    began: Cell<Instant>,
    took: RefCell<Vec<Duration>>,
    missing: Cell<usize>,
    complete: Notify,
}

async fn deliver(
    running: &Running<'_>,
    owner: &Person,
    channel: i64,
    listeners: &[Person],
    messages: usize,
) -> Result<Delivery> {
    let mut streams = Vec::with_capacity(listeners.len());
    for listener in listeners {
        streams.push(listen(running, listener).await?);
    }
    // They attach after the head was sent.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let arrivals = Arrivals {
        began: Cell::new(Instant::now()),
        took: RefCell::new(Vec::with_capacity(listeners.len() * messages)),
        missing: Cell::new(0),
        complete: Notify::new(),
    };
    let shared = &arrivals;
    let mut hands = Hands::of(running).await?;
    let (mut used, mut sent) = (Duration::ZERO, 0);
    let sending = async {
        // The first ones warm up and do not count.
        for nth in 0..messages + 5 {
            if nth == 5 {
                shared.took.borrow_mut().clear();
                let cpu = running.cpu()?;
                used = cpu.service + cpu.database;
                sent = 0;
            }
            shared.missing.set(listeners.len());
            shared.began.set(Instant::now());
            hands.send(owner, channel).await?;
            sent += 1;
            while shared.missing.get() > 0 {
                let all = tokio::time::timeout(Duration::from_secs(10), shared.complete.notified());
                all.await.map_err(|_elapsed| "a message did not arrive")?;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok::<_, crate::Error>(())
    };
    let hearing = try_join_all(streams.into_iter().map(|stream| hear(stream, shared)));
    match select(std::pin::pin!(sending), hearing).await {
        Either::Left((outcome, _)) => outcome?,
        Either::Right((Err(error), _)) => return Err(error),
        Either::Right((Ok(_), _)) => return Err("the streams ended".into()),
    }
    let cpu = running.cpu()?;
    let used = (cpu.service + cpu.database).saturating_sub(used);
    let mut took = arrivals.took.take();
    took.sort_unstable();
    Ok(Delivery {
        listeners: listeners.len(),
        messages: sent,
        p50_ms: percentile(&took, 50),
        p99_ms: percentile(&took, 99),
        cpu_ms: milliseconds(used) / float(sent.max(1)),
    })
}

async fn hear(mut stream: TcpStream, arrivals: &Arrivals) -> Result<()> {
    let mut text = Vec::with_capacity(1024);
    loop {
        text.clear();
        // One message is under way at a time, and its event fits into one packet of loopback.
        while !text.windows(TEXT.len()).any(|part| part == TEXT.as_bytes()) {
            if stream.read_buf(&mut text).await? == 0 {
                return Err("a stream ended".into());
            }
        }
        arrivals
            .took
            .borrow_mut()
            .push(arrivals.began.get().elapsed());
        let missing = arrivals.missing.get().saturating_sub(1);
        arrivals.missing.set(missing);
        if missing == 0 {
            arrivals.complete.notify_one();
        }
    }
}

/// What idle streams hold.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Idle {
    pub(crate) streams: usize,
    pub(crate) bytes_per_stream: u64,
    /// CPU of the server in percent of one core, while nothing happens.
    pub(crate) cpu_percent: f64,
}

/// Opens so many streams, spread over everybody, and looks at the server while nothing happens.
pub(crate) async fn idle(running: &Running<'_>, world: &World, count: usize) -> Result<Idle> {
    let before = running.memory()?;
    let mut streams = Vec::with_capacity(count);
    for person in world
        .people
        .iter()
        .chain(&world.listeners)
        .cycle()
        .take(count)
    {
        streams.push(listen(running, person).await?);
    }
    // Past the first heartbeat of the last one.
    tokio::time::sleep(Duration::from_secs(20)).await;
    let (cpu, began) = (running.cpu()?, Instant::now());
    tokio::time::sleep(Duration::from_secs(30)).await;
    let used = running.cpu()?.since(cpu);
    let held = running.memory()?.saturating_sub(before);
    let idle = (used.service + used.database).as_secs_f64() / began.elapsed().as_secs_f64();
    Ok(Idle {
        streams: streams.len(),
        bytes_per_stream: held / u64::try_from(count.max(1)).unwrap_or(u64::MAX),
        cpu_percent: idle * 100.0,
    })
}
