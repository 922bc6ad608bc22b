//! A rolling restart: every replica of every service is stopped and started again, one by one.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use latchkey_testing::Backend;
use latchkey_testing::split::Split;
use latchkey_testing::stack::Stack;

use super::load::{Rates, under_load};
use crate::house::House;

/// How long a replica may take to stop: it serves on while the gateway notices, and lets go of its
/// streams.
const STOP: Duration = Duration::from_secs(30);

/// The gateway looks every half second whether a replica is back.
const NOTICED: Duration = Duration::from_secs(1);

/// Stops and starts each in turn, as a deployment does.
pub(super) fn roll(split: &Split) {
    for part in split.services() {
        split.ask_to_stop(part).unwrap();
        let status = split.await_end(part, STOP).unwrap();
        let log = split.log_of(part);
        assert!(status.success(), "{part:?}: {status}: {log}");
        split.start_part(part).unwrap();
        thread::sleep(NOTICED);
    }
}

async fn a_rolling_restart_loses_no_request() {
    let stack = Stack::on(Backend::Split).replicas(2).start();
    let house = Arc::new(House::open(stack).await);
    let rates = Rates {
        writers: 3,
        pause: Duration::from_millis(20),
        redemptions: 16,
        interval: Duration::from_millis(1500),
    };
    let report = under_load(&house, rates, |house| roll(house.stack.split())).await;
    report.tally.is_spotless();
    let (begun, inside) = report.redemptions;
    assert!(begun > 0 && inside == begun, "{report:?}");
    assert!(report.resumed > 0, "{report:?}");
}

super::split!(a_rolling_restart_loses_no_request);
