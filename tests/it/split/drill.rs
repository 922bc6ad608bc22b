//! The longer version of the promises, run by `deploy/drill.sh`: the same load and the same deaths for
//! as long as one likes, and a report.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use latchkey_common::clock::Clock;
use latchkey_testing::environment::variable;
use latchkey_testing::split::Part;

use super::load::{Rates, under_load};
use super::rolling::roll;
use super::wreck::{kill_at_random, mortal};

/// An argument of the drill.
fn argument(name: &str) -> Option<String> {
    variable(&format!("LATCHKEY_DRILL_{name}"))
}

fn number(name: &str, otherwise: f64) -> f64 {
    argument(name).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("LATCHKEY_DRILL_{name} is no number: {text}"))
    })
}

fn name_of(part: Part) -> String {
    match part {
        Part::Service(service, nth) => format!("{} {}", service.name(), nth + 1),
        Part::Gateway => "gateway".to_owned(),
        Part::Nats => "NATS".to_owned(),
        Part::Postgres => "PostgreSQL".to_owned(),
    }
}

/// `deploy/drill.sh` has no patience of its own; the harness's limit on a test is for tests.
#[test]
#[ignore = "takes as long as one likes: run deploy/drill.sh"]
fn as_long_as_one_likes() {
    let is_missing = latchkey_testing::backend::split_is_missing("the drill");
    assert!(!is_missing, "the drill needs everything installed");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(drill());
}

async fn drill() {
    let minutes = number("MINUTES", 5.0);
    let every = Duration::from_secs_f64(number("KILL_EVERY", 4.0));
    let writers = number("WRITERS", 4.0);
    let rate = number("MESSAGES_PER_SECOND", 40.0);
    let redemptions_rate = number("REDEMPTIONS_PER_SECOND", 1.0);
    let lasts = Duration::from_secs_f64(minutes * 60.0);
    let rates = Rates {
        writers: whole(writers),
        pause: Duration::from_secs_f64(writers / rate),
        // Half of them register, half of them join; the list of the maker's invites has a ceiling.
        redemptions: whole((lasts.as_secs_f64() * redemptions_rate / 2.0).clamp(1.0, 400.0)),
        interval: Duration::from_secs_f64(
            (2.0 / redemptions_rate).max(lasts.as_secs_f64() / 400.0),
        ),
    };
    let house = mortal().await;
    let died = Arc::new(Mutex::new(Vec::new()));
    let dying = Arc::clone(&died);
    let killed = under_load(&house, rates, move |house| {
        *dying.lock().unwrap() = kill_at_random(house.stack.split(), lasts, every);
    })
    .await;
    let rolled = under_load(
        &house,
        Rates {
            redemptions: 20,
            ..rates
        },
        |house| roll(house.stack.split()),
    )
    .await;
    rolled.tally.is_spotless();

    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for part in died.lock().unwrap().iter() {
        *counts.entry(name_of(*part)).or_default() += 1;
    }
    let deaths: usize = counts.values().sum();
    let each: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    let count = |counter: &std::sync::atomic::AtomicUsize| counter.load(Ordering::Relaxed);
    let mut report = format!(
        "Drill of {minutes} minutes, {}; a `kill -9` every {} s, {writers} writers with a \
         stream each, {rate} messages and {redemptions_rate} redemptions a second, two replicas of \
         every service.\n\n| | deaths at random | rolling restart |\n| --- | --- | --- |\n",
        Clock::default().now().rfc3339(),
        every.as_secs_f64(),
    );
    let rows = |what: &str, of: &dyn Fn(&super::load::Report) -> String| {
        format!("| {what} | {} | {} |\n", of(&killed), of(&rolled))
    };
    let mut row = |what: &str, of: &dyn Fn(&super::load::Report) -> String| {
        report.push_str(&rows(what, of));
    };
    row("answers as they should be", &|it| {
        count(&it.tally.fine).to_string()
    });
    row("503 with `Retry-After`", &|it| {
        count(&it.tally.unavailable).to_string()
    });
    row("connections that broke", &|it| {
        count(&it.tally.broken).to_string()
    });
    row("slowest answer", &|it| {
        format!("{} ms", count(&it.tally.slowest))
    });
    row("messages acknowledged", &|it| it.messages.0.to_string());
    row("streams opened again", &|it| it.resumed.to_string());
    row("redemptions, of these let in at once or later", &|it| {
        format!("{}, {}", it.redemptions.0, it.redemptions.1)
    });
    row("all settled and looked at after the last restart", &|it| {
        format!("{:.1} s", it.settled.as_secs_f64())
    });
    writeln!(
        report,
        "\n{deaths} deaths: {}. A message that was acknowledged and lost, an event missed or heard \
         twice, a use burnt, somebody let in without one, or a request lost in the rolling restart \
         would have failed the drill.",
        each.join(", ")
    )
    .unwrap();
    std::io::stdout().write_all(report.as_bytes()).unwrap();
    if let Some(file) = argument("REPORT") {
        fs::write(&file, report).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small positive numbers from a person"
)]
fn whole(number: f64) -> usize {
    number.round() as usize
}
