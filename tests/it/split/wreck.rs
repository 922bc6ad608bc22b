//! Processes die at random under load, whichever they are.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use latchkey_testing::Backend;
use latchkey_testing::split::{Part, Split};
use latchkey_testing::stack::Stack;

use super::load::{Rates, Report, under_load};
use crate::durability::random;
use crate::house::House;

/// A stack of which every part may die.
pub(super) async fn mortal() -> Arc<House> {
    let builder = Stack::on(Backend::Split).replicas(2).with_own_postgres();
    Arc::new(House::open(builder.start()).await)
}

/// Every part of it.
fn parts(split: &Split) -> Vec<Part> {
    let around = [Part::Gateway, Part::Nats, Part::Postgres];
    split.services().into_iter().chain(around).collect()
}

/// Kills one at random and starts it again after a while, over and over; what died how often.
pub(super) fn kill_at_random(split: &Split, lasts: Duration, every: Duration) -> Vec<Part> {
    let begun = Instant::now();
    let mut died = Vec::new();
    let mut turn = parts(split);
    while begun.elapsed() < lasts {
        if turn.is_empty() {
            turn = parts(split);
        }
        // Random, and yet everybody's turn comes.
        let at = usize::try_from(random(u64::try_from(turn.len()).unwrap())).unwrap();
        let part = turn.swap_remove(at);
        thread::sleep(every.mul_f64(0.5));
        split.kill_part(part).unwrap();
        died.push(part);
        thread::sleep(every.mul_f64(0.5));
        split.start_part(part).unwrap();
    }
    died
}

async fn whatever_dies_nothing_acknowledged_is_lost() {
    let house = mortal().await;
    let rates = Rates {
        writers: 3,
        pause: Duration::from_millis(20),
        redemptions: 16,
        interval: Duration::from_millis(900),
    };
    let Report {
        tally,
        messages,
        redemptions,
        resumed,
        ..
    } = under_load(&house, rates, |house| {
        let every = Duration::from_millis(1200);
        let split = house.stack.split();
        let died = kill_at_random(split, Duration::from_secs(20), every);
        assert!(died.len() > 5, "{died:?}");
    })
    .await;
    assert!(
        messages.0 > 100 && redemptions.1 > 0 && resumed > 0,
        "{tally:?}"
    );
}

super::split!(whatever_dies_nothing_acknowledged_is_lost);
