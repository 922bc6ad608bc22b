//! What `/metrics` shows after some calls, and that `deploy/metrics.md` names all of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use latchkey_testing::nats::{self, Nats};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, on_postgres, one_process, raw};

use crate::house::{House, PASSWORD, now};
use crate::wreck::SignUp;

one_process!(
    calls_are_counted,
    streams_and_jobs_are_shown,
    an_open_reservation_is_shown,
);
on_postgres!(the_bus_is_shown_and_never_a_reason_to_stop);

/// Gauges of what lies in databases are renewed every five seconds.
const SOON: Duration = Duration::from_secs(20);

/// One look at the metrics.
pub(crate) struct Metrics(String);

impl Metrics {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self::at(&stack.internal())
    }

    /// What the internal listener there shows.
    pub(crate) fn at(internal: &str) -> Self {
        let request = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        let answer = raw::exchange(internal, request.as_bytes());
        assert_eq!(answer.status, 200);
        Self(answer.body)
    }

    /// The sum of the series with this name and these labels; `None` when there is no such series.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut values = self.0.lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let (found, rest) = series.split_once('{').unwrap_or((series, ""));
            let fits = |(label, value): &(&str, &str)| {
                rest.trim_end_matches('}')
                    .split(',')
                    .any(|pair| pair == format!("{label}=\"{value}\""))
            };
            (found == name && labels.iter().all(fits)).then(|| value.parse::<f64>().unwrap())
        });
        let first = values.next()?;
        Some(first + values.sum::<f64>())
    }

    /// Asks for whole numbers, which these are.
    #[track_caller]
    pub(crate) fn is(&self, name: &str, labels: &[(&str, &str)], expected: u32) {
        let found = self.sum(name, labels);
        assert_eq!(found, Some(f64::from(expected)), "{name} {labels:?}");
    }

    #[track_caller]
    fn is_some_of(&self, name: &str, labels: &[(&str, &str)]) {
        let found = self.sum(name, labels);
        assert!(
            found.is_some_and(|sum| sum > 0.0),
            "{name} {labels:?}: {found:?}"
        );
    }
}

async fn calls_are_counted(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let person = house.person().await;
    let channel = person.public_channel().await;
    for text in ["one", "two"] {
        person.says(channel, text).await;
    }
    for _ in 0..3 {
        drop(person.info().await.ok(200));
    }
    // Spelled in another way it is the same route.
    drop(person.get("/api/us%65r/info").await.ok(200));
    house.nobody().info().await.refused("unauthorized");
    drop(person.get(format!("/api/none/{}", person.session())).await);
    drop(
        person
            .create_user("somebody", PASSWORD, "no-such-token")
            .await,
    );
    person
        .rename(channel + 1, "Weather")
        .await
        .refused("channel-not-found");

    let metrics = Metrics::of(&house.stack);
    let count = "latchkey_http_requests_total";
    let info = [("method", "GET"), ("route", "/api/user/info")];
    metrics.is(count, &[info[0], info[1], ("status", "200")], 4);
    metrics.is(count, &[info[0], info[1], ("status", "401")], 1);
    metrics.is(count, &[("route", "none"), ("status", "404")], 1);
    let took = "latchkey_http_request_seconds_count";
    metrics.is(took, &[info[0], info[1], ("class", "2xx")], 4);
    metrics.is(took, &[info[0], info[1], ("class", "4xx")], 1);
    let sum = metrics.sum("latchkey_http_request_seconds_sum", &info);
    assert!(sum.is_some_and(|sum| sum > 0.0 && sum < 60.0), "{sum:?}");

    let units = "latchkey_db_units_total";
    for (database, role) in [
        ("users", "read"),
        ("users", "write"),
        ("channels", "read"),
        ("channels", "write"),
        ("invitations", "write"),
    ] {
        let of = [("database", database), ("role", role)];
        metrics.is_some_of(units, &[of[0], of[1], ("outcome", "done")]);
        metrics.is_some_of("latchkey_db_queue_seconds_count", &of);
        metrics.is_some_of("latchkey_db_run_seconds_sum", &of);
        metrics.is("latchkey_db_queue_units", &of, 0);
        for trouble in ["failed", "late", "full"] {
            metrics.is(units, &[of[0], of[1], ("outcome", trouble)], 0);
        }
    }
    let refused = [("database", "channels"), ("outcome", "undone")];
    metrics.is_some_of(units, &refused);
    metrics.is(
        "latchkey_build_info",
        &[("version", env!("CARGO_PKG_VERSION"))],
        1,
    );
    assert_eq!(
        metrics.sum("latchkey_bus_connected", &[]),
        None,
        "no bus is set"
    );
}

async fn streams_and_jobs_are_shown(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let person = house.person().await;
    let shows = |streams: u32| {
        let metrics = Metrics::of(&house.stack);
        let open = metrics.sum("latchkey_live_streams", &[]);
        let lag = metrics.sum("latchkey_outbox_lag_events", &[("database", "channels")]);
        (open == Some(f64::from(streams)) && lag == Some(0.0)).then_some(())
    };
    let mut stream = person.listen().await;
    let channel = person.public_channel().await;
    person.says(channel, "heard").await;
    stream.expect("channel-join").await;
    stream.expect("channel-message").await;
    eventually(SOON, "one stream, which has everything", async || shows(1)).await;
    drop(stream);
    eventually(SOON, "no stream any more", async || {
        // The server sees that nobody reads when it writes.
        person.says(channel, "to nobody").await;
        shows(0)
    })
    .await;
    let metrics = Metrics::of(&house.stack);
    for database in ["users", "channels"] {
        let of = [("database", database)];
        metrics.is("latchkey_outbox_oldest_unnumbered_seconds", &of, 0);
        assert!(
            metrics
                .sum("latchkey_outbox_unnumbered_events", &of)
                .is_some()
        );
    }
    for job in ["settle-uses", "sequence-events", "settle-discord-links"] {
        let runs = [("job", job), ("outcome", "done")];
        metrics.is_some_of("latchkey_job_runs_total", &runs);
        let last = metrics.sum("latchkey_job_last_success_seconds", &[("job", job)]);
        let now = f64::from(u32::try_from(now()).unwrap());
        assert!(
            last.is_some_and(|last| (now - last).abs() < 60.0),
            "{job}: {last:?}"
        );
    }
    for service in ["invitations", "discord"] {
        metrics.is("latchkey_open_reservations", &[("service", service)], 0);
        metrics.is(
            "latchkey_oldest_reservation_seconds",
            &[("service", service)],
            0,
        );
    }
}

/// A process that died between its reservation and the account leaves it to the job, which waits
/// until the act must have ended.
async fn an_open_reservation_is_shown(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "600000")
        .start();
    let house = House::open(stack).await;
    let sign_up = SignUp::new(&house).await;
    house.arm("after-reserve").unwrap();
    let cut = house
        .nobody()
        .create_user(&sign_up.name, PASSWORD, &sign_up.token);
    assert!(cut.attempt().await.is_err(), "the point was not reached");
    house.has_died("after-reserve").await;
    house.disarm();
    let of = [("service", "invitations")];
    eventually(SOON, "an open reservation", || async {
        let metrics = Metrics::of(&house.stack);
        let age = metrics.sum("latchkey_oldest_reservation_seconds", &of)?;
        (age > 0.0 && age < 600.0).then(|| metrics.is("latchkey_open_reservations", &of, 1))
    })
    .await;
}

async fn the_bus_is_shown_and_never_a_reason_to_stop(backend: Backend) {
    let Some(mut nats) = nats::prepare("the_bus_is_shown_and_never_a_reason_to_stop") else {
        return;
    };
    let stack = Stack::on(backend)
        .env("LATCHKEY_NATS_URL", &nats.url())
        .env("LATCHKEY_LOG__LEVEL", "info,async_nats=trace")
        .start();
    let is_ready = || {
        let request = "GET /healthz/ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        raw::exchange(&stack.internal(), request.as_bytes()).status == 200
    };
    let shows = async |connected: u32| {
        let what = format!("latchkey_bus_connected {connected}");
        eventually(SOON, &what, || async {
            let shown = Metrics::of(&stack).sum("latchkey_bus_connected", &[]);
            (shown == Some(f64::from(connected))).then_some(())
        })
        .await;
        assert!(is_ready(), "readiness does not ask for the bus");
    };
    shows(0).await;
    nats.run().unwrap();
    shows(1).await;
    nats.kill();
    shows(0).await;
    nats.run().unwrap();
    shows(1).await;

    let house = House::open(stack).await;
    let person = house.person().await;
    person.public_channel().await;
    eventually(SOON, "an event that is told", || async {
        let told = [("direction", "told")];
        let told = Metrics::of(&house.stack).sum("latchkey_bus_messages_total", &told);
        told.filter(|told| *told > 0.0)
    })
    .await;
    let printed = house.stack.command(&["config"], "");
    assert!(printed.stdout.contains("nats_url = \"***\""), "{printed:?}");
    let log = fs::read_to_string(house.stack.folder().join("stderr-latchkey-1")).unwrap();
    assert!(
        log.contains("the bus is connected") && log.contains("the bus is away"),
        "{log}"
    );
    let secret = nats.url();
    let (_, secret) = secret.split_once("//").unwrap();
    let (secret, _) = secret.split_once('@').unwrap();
    for secret in [secret, Nats::password()] {
        assert!(!log.contains(secret), "a password is in the log");
        assert!(!printed.stdout.contains(secret), "a password is shown");
    }
}

/// A metric as the code makes it or the list names it.
type Named = BTreeSet<(String, String)>;

#[test]
fn the_list_is_the_codes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut made = Named::new();
    for folder in ["crates", "services"] {
        for member in fs::read_dir(root.join(folder)).unwrap() {
            of_sources(&member.unwrap().path().join("src"), &mut made);
        }
    }
    let list = fs::read_to_string(root.join("deploy/metrics.md")).unwrap();
    let listed: Named = list
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
            let name = cells.next()?.trim_end_matches('`').to_owned();
            Some((cells.next()?.to_owned(), name))
        })
        .collect();
    assert!(made.len() > 20, "the code is read: {made:?}");
    assert_eq!(
        made, listed,
        "made by the code (left), listed in deploy/metrics.md (right)"
    );
}

/// Finds `counter!("latchkey_…` and its like.
fn of_sources(folder: &Path, made: &mut Named) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            of_sources(&path, made);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // What tests of a file make is no metric of the product.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for kind in ["counter", "gauge", "histogram"] {
                for call in text.split(&format!("{kind}!(")).skip(1) {
                    let name = call.trim_start().strip_prefix('"');
                    let name = name.and_then(|rest| rest.split('"').next());
                    let name = name.unwrap_or_else(|| panic!("a {kind} without a name: {call}"));
                    made.insert((kind.to_owned(), name.to_owned()));
                }
            }
        }
    }
}
