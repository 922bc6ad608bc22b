//! A replay: what it takes until a live stream that comes back has heard what it missed.

use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::Result;
use crate::http::{Auth, Connection, request};
use crate::load::{float, milliseconds, percentile};
use crate::shape::{Meter as _, Running};
use crate::world::{Hands, Person, TEXT, World};

/// Messages that are missed: an evening in a lively channel.
const MISSED: usize = 1000;

/// Replays that count, one after the other. One before them warms up.
const TIMES: usize = 50;

/// What replays took.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Replay {
    pub(crate) events: usize,
    /// From the start of the request to the arrival of the last event.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Milliseconds of CPU of one replay, server and database together.
    pub(crate) cpu_ms: f64,
}

/// Makes a channel in which somebody misses messages, and replays them to one stream at a time.
pub(crate) async fn measure(running: &Running<'_>, world: &World) -> Result<Replay> {
    let owner = world.people.first().ok_or("nobody")?;
    let listener = world.listeners.first().ok_or("nobody")?;
    let mut hands = Hands::of(running).await?;
    let channel = hands.channel(owner, "The archive", "public").await?;
    hands.join(listener, channel).await?;
    let position = position(running, listener).await?;
    for _ in 0..MISSED {
        hands.send(owner, channel).await?;
    }
    let mut took = Vec::with_capacity(TIMES);
    replayed(running, listener, &position).await?;
    let before = running.cpu()?;
    for _ in 0..TIMES {
        took.push(replayed(running, listener, &position).await?);
    }
    let used = running.cpu()?.since(before);
    took.sort_unstable();
    Ok(Replay {
        events: MISSED,
        p50_ms: percentile(&took, 50),
        p99_ms: percentile(&took, 99),
        cpu_ms: milliseconds(used.service + used.database) / float(TIMES),
    })
}

async fn listen(
    running: &Running<'_>,
    person: &Person,
    last: Option<&str>,
) -> Result<(TcpStream, Vec<u8>)> {
    let auth = Auth::Session(&person.session);
    let asked = String::from_utf8(request("GET", "/api/user/listener", auth, None))?;
    // The older version has no chunks, which end wherever they like, in the middle of a text too.
    let mut asked = asked.replacen("HTTP/1.1", "HTTP/1.0", 1);
    if let Some(last) = last {
        let head = asked.trim_end();
        asked = format!("{head}\r\nLast-Event-ID: {last}\r\n\r\n");
    }
    let conn = Connection::open(running.entrance()).await?;
    conn.stream(asked.as_bytes()).await
}

/// How far a stream is that begins now.
async fn position(running: &Running<'_>, person: &Person) -> Result<String> {
    let (mut stream, mut text) = listen(running, person, None).await?;
    loop {
        let whole = String::from_utf8_lossy(&text);
        let lines = whole
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        let mut ids = lines.filter_map(|line| line.strip_prefix("id: "));
        if let Some(id) = ids.next() {
            return Ok(id.trim_end().to_owned());
        }
        read(&mut stream, &mut text).await?;
    }
}

/// Comes back and hears everything; how long that took.
async fn replayed(running: &Running<'_>, person: &Person, last: &str) -> Result<Duration> {
    let began = Instant::now();
    let (mut stream, mut text) = listen(running, person, Some(last)).await?;
    let mut heard = 0;
    loop {
        let said = text.windows(TEXT.len());
        heard += said.filter(|part| *part == TEXT.as_bytes()).count();
        if heard >= MISSED {
            return Ok(began.elapsed());
        }
        // One may come in two pieces.
        let seen = text.len().saturating_sub(TEXT.len() - 1);
        text.drain(..seen);
        read(&mut stream, &mut text).await?;
    }
}

async fn read(stream: &mut TcpStream, text: &mut Vec<u8>) -> Result<()> {
    text.reserve(64 * 1024);
    if stream.read_buf(text).await? == 0 {
        return Err("the stream ended".into());
    }
    Ok(())
}
