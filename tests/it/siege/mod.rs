//! Clients that mean no good, in numbers, on the product as it stands: while they are at it, honest
//! clients are served within a second, from their address and from others, newcomers and one who is
//! known; jobs and probes go on; memory and open files stay bounded; and when they have gone all is
//! given back.
//!
//! Settings shorten the times, so that a siege is over in seconds; what is bounded are their ratios.

mod ahead;
mod bodies;
mod fairness;
mod files;
mod gateway;
mod heads;
mod known;
mod strangers;
mod streams;
mod unread;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use latchkey_testing::Backend;
use latchkey_testing::siege::{Kept, Siege, Takings, asked};
use latchkey_testing::stack::{self, Stack};
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::house::House;
use crate::metrics::Metrics;

/// What honest clients wait at most, the slowest of them too.
const SERVED: Duration = Duration::from_secs(1);

/// What the process may have of memory of its own at any time, in KiB: 120 MiB without those 26 that the released
/// program's file takes. The file of one for tests takes twice as much, and that is no memory of a client's.
const MEMORY: usize = (120 - 26) * 1024;

/// What it may keep of it afterwards, beside what it had before it did any work, in KiB: 8 MiB that are not worth the
/// time that giving them back takes, and caches of the databases that have filled.
const KEPT: usize = 20 * 1024;

/// How long it may take until all is given back.
const GIVEN_BACK: Duration = Duration::from_secs(10);

/// Files that stay free: of those that are kept from clients, databases and jobs use the rest.
const RESERVE: usize = 100;

/// How many attackers there are, where the machine lets them in.
const MANY: usize = 1500;

/// So many of them are there at once, of which one address has 1,000 at most, and strangers 1,024.
const ENOUGH: usize = 700;

/// Where most attackers come from.
const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 66, 0, 1);

/// Where honest clients come from; the second shares the attackers' address.
const HONEST: [Ipv4Addr; 2] = [Ipv4Addr::new(127, 0, 0, 9), ATTACKER];

/// A house with short deadlines.
async fn besieged(
    backend: Backend,
    change: impl FnOnce(stack::Builder) -> stack::Builder,
) -> House {
    House::open(change(hurried(backend)).start()).await
}

/// As many strangers as usual.
fn as_usual(stack: stack::Builder) -> stack::Builder {
    stack.env("LATCHKEY_SERVER__STRANGER_CONNECTIONS", "1024")
}

/// The product with short deadlines.
fn hurried(backend: Backend) -> stack::Builder {
    Stack::on(backend)
        .env("LATCHKEY_SERVER__HEADER_TIMEOUT_SECONDS", "2")
        .env("LATCHKEY_SERVER__BODY_TIMEOUT_SECONDS", "2")
        .env("LATCHKEY_SERVER__ANSWER_TIMEOUT_SECONDS", "3")
        // What each of them costs is looked at here, and how many they may be elsewhere.
        .env("LATCHKEY_SERVER__STRANGER_CONNECTIONS", "2048")
        // Its open files are counted from outside.
        .env("LATCHKEY_SERVER__MAY_BE_TRACED", "true")
        // A machine with many cores would hash many at once.
        .env("LATCHKEY_USERS__PASSWORD_HASHES_AT_ONCE", "2")
        .env("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "1024")
}

fn target(house: &House) -> SocketAddr {
    target_of(&house.stack)
}

fn target_of(stack: &Stack) -> SocketAddr {
    let base = stack.base();
    let authority = base.strip_prefix("http://").unwrap();
    authority.parse().unwrap()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
}

/// Whether honest clients are served within a second, at every time for so long; whether the process is
/// ready; and whether it keeps files in reserve.
async fn honest_clients_are_served(house: &House, period: Duration) {
    let (target, internal) = (target(house), house.stack.internal().parse().unwrap());
    let invite = format!(
        "POST /api/user/invites/create HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
         Cookie: t={}\r\nContent-Length: 0\r\n\r\n",
        house.root().session()
    );
    let process = house.stack.process();
    let who = format!(
        "GET /api/user/info HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\r\n",
        house.root().session()
    );
    let mut known = Kept::of(ATTACKER, target);
    apart(period, async move || {
        let mut waits = vec![known.asked(&who, 200).await];
        for source in HONEST {
            waits.push(asked(source, target, &get("/api/status"), 200).await);
            waits.push(asked(source, target, &invite, 201).await);
        }
        waits.push(asked(HONEST[0], internal, &get("/healthz/ready"), 200).await);
        has_files_in_reserve(process);
        waits
    })
    .await;
}

/// Asks again and again for so long, and holds what it tells against the second. On a thread of its own:
/// what attackers cost this process is no wait of an honest client.
async fn apart(period: Duration, mut ask: impl AsyncFnMut() -> Vec<Duration> + Send + 'static) {
    let asking = move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let began = Instant::now();
            let mut count = 0;
            while began.elapsed() < period {
                for wait in ask().await {
                    count += 1;
                    assert!(
                        wait < SERVED,
                        "the honest request {count} waited for {wait:?}, {:?} after the first",
                        began.elapsed()
                    );
                }
                sleep(Duration::from_millis(50)).await;
            }
        });
    };
    spawn_blocking(asking).await.unwrap();
}

/// Waits until the attackers hold so many connections.
async fn until_open(siege: &Siege, count: usize) {
    let began = Instant::now();
    while siege.open() < count {
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "only {} are connected",
            siege.open()
        );
        sleep(Duration::from_millis(20)).await;
    }
}

/// Whether the process has back what it had before: its sockets to the last, its memory but for little.
async fn all_is_given_back(house: &House, before: Takings) {
    let process = house.stack.process();
    let began = Instant::now();
    loop {
        let now = Takings::of(process);
        if now.sockets <= before.sockets && now.memory <= before.memory + KEPT {
            return;
        }
        assert!(
            began.elapsed() < GIVEN_BACK,
            "before {before:?}, now {now:?}"
        );
        sleep(Duration::from_millis(100)).await;
    }
}

/// Whether memory was bounded all the time until now.
fn was_bounded(house: &House) {
    let now = Takings::of(house.stack.process());
    assert!(now.peak < MEMORY, "{} MiB of memory", now.peak / 1024);
}

fn has_files_in_reserve(process: u32) {
    let now = Takings::of(process);
    assert!(now.files + RESERVE < now.limit, "{now:?}");
}

/// Whether at least so many losses of these kinds were counted; and told, but not each of them.
fn was_told(house: &House, reasons: &[&str], least: u32) {
    let metrics = Metrics::of(&house.stack);
    let name = "latchkey_connection_losses_total";
    let counts = reasons
        .iter()
        .map(|reason| metrics.sum(name, &[("reason", reason)]));
    let count: f64 = counts.map(Option::unwrap_or_default).sum();
    assert!(count >= f64::from(least), "{count} of {reasons:?}");
    let log = errors(house);
    let lines = log
        .lines()
        .filter(|line| line.contains("connections were ended or refused"));
    let lines = lines.count();
    assert!(
        (1..40).contains(&lines),
        "{lines} lines of losses in the log"
    );
}

/// All that the process has logged.
fn errors(house: &House) -> String {
    fs::read_to_string(house.stack.folder().join("stderr-latchkey-1")).unwrap()
}
