//! How the cost grows with what is kept: the same operations with 10 and with 100 times the channels
//! and messages, search by name at 100,000 channels, and one hot invitation against spread ones.
//!
//! The bulk is written into the databases while the server does not run, in the form that the
//! services' own tables have; a million sends over HTTP would take longer than the measurement.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use latchkey_stack::Service;
use latchkey_stack::postgres::Server;
use serde_json::{Value, json};

use crate::Result;
use crate::http::{Auth, Connection, request};
use crate::load::{Pace, load, milliseconds};
use crate::operations::{Repeated, redeem_registrations, register_by};
use crate::shape::{House, Running, Shape};
use crate::world::{self, CHANNELS, CHEAP_HASH, PEOPLE, TEXT, World};

/// Messages in each channel of the bulk: a million at a hundred times the channels.
const MESSAGES: usize = 160;

/// Messages of one page.
const PAGE: usize = 50;

/// People let in by one hot invitation, and by as many that are good for one.
const NEWCOMERS: usize = 1000;

/// What was measured at one size.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Size {
    channels: usize,
    messages: usize,
    send_ms: f64,
    fetch_ms: f64,
    invitations_ms: f64,
    /// The first page of the longest channel, and the last one, in milliseconds of the clock.
    newest_page_ms: f64,
    oldest_page_ms: f64,
    /// Search by name, in milliseconds of the clock.
    search_ms: f64,
}

/// All of one shape.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Growth {
    shape: Shape,
    sizes: Vec<Size>,
    /// CPU milliseconds of a registration by one invitation that everybody uses, and by spread ones.
    hot_ms: f64,
    spread_ms: f64,
}

/// Measures one shape.
pub(crate) async fn measure(
    shape: Shape,
    folder: &Path,
    postgres: Option<&Arc<Server>>,
    pace: Pace,
) -> Result<Growth> {
    let house = House::new(shape, folder, postgres)?;
    let running = house.start(&CHEAP_HASH)?;
    let world = world::make(&running, 0).await?;
    let (hot_ms, spread_ms) = newcomers(&running, &world, pace).await?;
    running.stop()?;
    let mut sizes = Vec::new();
    let mut channels = CHANNELS;
    let mut messages = CHANNELS * 60;
    for more in [0, 9 * CHANNELS, 90 * CHANNELS, 100_000] {
        if more > 0 {
            // The last step is for the search: names alone.
            let each = if more == 100_000 { 0 } else { MESSAGES };
            crate::say(&format!("{more} more channels"));
            fill(&house, &world, channels, more, each)?;
            channels += more;
            messages += more * each;
        }
        let running = house.start(&[])?;
        sizes.push(size(&running, &world, pace, channels, messages).await?);
        running.stop()?;
    }
    Ok(Growth {
        shape,
        sizes,
        hot_ms,
        spread_ms,
    })
}

async fn newcomers(running: &Running<'_>, world: &World, pace: Pace) -> Result<(f64, f64)> {
    crate::say("one hot invitation, and spread ones");
    let all = Pace {
        warm: Duration::ZERO,
        measured: pace.measured.max(Duration::from_mins(1)),
    };
    let address = running.entrance();
    let token = world::link(running.house(), NEWCOMERS)?;
    let hot = register_by(&vec![token; NEWCOMERS], "hot");
    let hot = load(address, running, &hot, 16, all).await?;
    let spread = redeem_registrations(running, world, NEWCOMERS, "spread").await?;
    let spread = load(address, running, &spread, 16, all).await?;
    Ok((hot.cpu_ms(), spread.cpu_ms()))
}

async fn size(
    running: &Running<'_>,
    world: &World,
    pace: Pace,
    channels: usize,
    messages: usize,
) -> Result<Size> {
    crate::say(&format!("measuring at {channels} channels"));
    running.house().tidy()?;
    let address = running.entrance();
    let send = load(address, running, &Repeated::send(world), 16, pace).await?;
    let fetch = load(address, running, &Repeated::fetch(world), 16, pace).await?;
    let invites = Repeated::get(world, "/api/user/channel/invites");
    let invitations = load(address, running, &invites, 16, pace).await?;
    let (newest_page_ms, oldest_page_ms) = pages(running, world).await?;
    Ok(Size {
        channels,
        messages,
        send_ms: send.cpu_ms(),
        fetch_ms: fetch.cpu_ms(),
        invitations_ms: invitations.cpu_ms(),
        newest_page_ms,
        oldest_page_ms,
        search_ms: search(running, world).await?,
    })
}

/// Pages backwards through a channel to its oldest message, and back from the start a few times; the
/// quickest of each kind counts.
async fn pages(running: &Running<'_>, world: &World) -> Result<(f64, f64)> {
    let person = world.people.first().ok_or("nobody")?;
    let channel = person
        .channels
        .first()
        .and_then(|at| world.channels.get(*at));
    let channel = *channel.ok_or("no channel")?;
    let mut conn = Connection::open(running.entrance()).await?;
    let (mut newest, mut oldest) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        let mut before = None;
        loop {
            let load = json!({"channelId": channel, "limit": PAGE, "lastMessage": before});
            let body = json!({"load": [load]}).to_string();
            let auth = Auth::Session(&person.session);
            let bytes = request("POST", "/api/channel/messages", auth, Some(&body));
            let began = Instant::now();
            let answer = conn.call(&bytes).await?.json()?;
            let took = milliseconds(began.elapsed());
            if before.is_none() {
                newest = newest.min(took);
            }
            let ids = ids(&answer);
            let Some(last) = ids.last().filter(|_| ids.len() == PAGE) else {
                oldest = oldest.min(took);
                break;
            };
            before = Some(*last);
        }
    }
    Ok((newest, oldest))
}

/// The ids of messages, wherever they stand in an answer, in its order.
fn ids(answer: &Value) -> Vec<i64> {
    match answer {
        Value::Object(members) => match members.get("messageId").and_then(Value::as_i64) {
            Some(id) => vec![id],
            None => members.values().flat_map(ids).collect(),
        },
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// A search that finds one name among all, the quickest of some.
async fn search(running: &Running<'_>, world: &World) -> Result<f64> {
    let person = world.people.first().ok_or("nobody")?;
    let mut conn = Connection::open(running.entrance()).await?;
    let path = "/api/channel/search?keyword=Channel%2063";
    let bytes = request("GET", path, Auth::Session(&person.session), None);
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        let began = Instant::now();
        conn.call(&bytes).await?.success()?;
        best = best.min(milliseconds(began.elapsed()));
    }
    Ok(best)
}

/// Writes channels with ten members and so many messages each, and as many invitations that were
/// accepted.
fn fill(house: &House, world: &World, first: usize, count: usize, messages: usize) -> Result<()> {
    let base = world
        .people
        .iter()
        .map(|person| person.id)
        .min()
        .ok_or("nobody")?;
    let below = first + count;
    let numbers = |name: &str, from: usize, to: usize| {
        format!(
            "{name}(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM {name} WHERE n + 1 < {to})"
        )
    };
    // Ids beyond all others; what the server makes next comes behind them.
    let id = 1_000_000;
    let channels = format!(
        "WITH RECURSIVE {} INSERT INTO channels (id, name, name_folded, type, owner_id, last_message, created_at) \
         SELECT n + {id}, 'Bulk ' || n, 'bulk ' || n, 'public', {base} + n % {PEOPLE}, 0, 0 FROM c;",
        numbers("c", first, below)
    );
    let rest = format!(
        "WITH RECURSIVE {}, {} INSERT INTO members (channel_id, user_id, username, permissions, joined_at, joined_event) \
         SELECT c.n + {id}, {base} + (c.n + m.n) % {PEOPLE}, 'somebody', 3, 0, 0 FROM c CROSS JOIN m; \
         WITH RECURSIVE {}, {} INSERT INTO messages (channel_id, user_id, username, type, content, created_at) \
         SELECT c.n + {id}, {base} + c.n % {PEOPLE}, 'somebody', 'text', '{TEXT}', 0 FROM m CROSS JOIN c;",
        numbers("c", first, below),
        numbers("m", 0, 10),
        numbers("c", first, below),
        numbers("m", 0, messages),
    );
    let invitations = format!(
        "WITH RECURSIVE {}, {} INSERT INTO invitations (kind, direction, target_id, issuer_id, recipient_id, \
         grants, state, max_uses, used, settled, created_at) \
         SELECT 'channel', 'offer', c.n + {id}, {base}, {base} + m.n, 3, 'accepted', 1, 1, 1, 0 FROM c CROSS JOIN m;",
        numbers("c", first, below),
        numbers("m", 0, 10),
    );
    if messages == 0 {
        return house.write(Service::Channels, &channels);
    }
    house.write(Service::Channels, &format!("{channels} {rest}"))?;
    house.write(Service::Invitations, &invitations)
}

impl Growth {
    /// For people.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!(
            "\n### How the cost grows, {}\n\n\
             | channels | messages | send, CPU ms | latest 50, CPU ms | my invitations, CPU ms | newest page, ms | oldest page, ms | search by name, ms |\n\
             | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
            self.shape.title()
        );
        for size in &self.sizes {
            // Writing to a text does not fail.
            writeln!(
                text,
                "| {} | {} | {:.3} | {:.3} | {:.3} | {:.2} | {:.2} | {:.2} |",
                size.channels,
                size.messages,
                size.send_ms,
                size.fetch_ms,
                size.invitations_ms,
                size.newest_page_ms,
                size.oldest_page_ms,
                size.search_ms
            )
            .unwrap_or_default();
        }
        let ratio = self.hot_ms / self.spread_ms;
        writeln!(
            text,
            "\nA registration by one hot invitation takes {:.3} ms of CPU, by one of {NEWCOMERS} spread ones {:.3} ms \
             ({ratio:.2} times; next to no hash).",
            self.hot_ms,
            self.spread_ms,
        )
        .unwrap_or_default();
        text
    }
}
