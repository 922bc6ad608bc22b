//! `kill -9` at named points of a redemption (`CRASH_AT`, builds with debug assertions).

use std::time::Duration;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, one_process};

use crate::house::{House, PASSWORD};
use crate::wreck::{Joining, SignUp, ledger_is_whole};

const POINTS: [&str; 3] = ["after-reserve", "after-act", "before-settle"];

/// How long a process that dies may take to be gone.
const DEATH: Duration = Duration::from_secs(10);

impl House {
    /// Starts it again so that it dies at `point`.
    pub(crate) fn arm(&self, point: &str) -> Result<(), String> {
        self.stack.kill();
        self.stack.set_env("CRASH_AT", Some(point));
        self.stack.try_start()
    }

    /// Starts it again as it is for everybody.
    pub(crate) fn disarm(&self) {
        self.stack.kill();
        self.stack.set_env("CRASH_AT", None);
        self.stack.start();
    }

    pub(crate) async fn has_died(&self, point: &str) {
        let what = format!("the process dies at {point}");
        eventually(DEATH, &what, async || self.stack.has_ended().then_some(())).await;
    }
}

async fn a_registration_cut_anywhere_is_settled(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    for point in POINTS {
        let sign_up = SignUp::new(&house).await;
        house.arm(point).unwrap();
        let cut = house
            .nobody()
            .create_user(&sign_up.name, PASSWORD, &sign_up.token);
        assert!(cut.attempt().await.is_err(), "{point} was not reached");
        house.has_died(point).await;
        house.disarm();
        let inside = sign_up.settled(&house).await;
        // Once the act is done its account stands, however late it is settled.
        assert_eq!(inside, point != "after-reserve", "{point}");
        ledger_is_whole(&house);
    }
}

async fn a_join_cut_anywhere_is_settled(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let (owner, guest) = (house.person().await, house.person().await);
    for point in POINTS {
        let joining = Joining::new(&owner, &guest).await;
        house.arm(point).unwrap();
        let cut = guest.elsewhere().join_with(joining.channel, joining.invite);
        assert!(cut.attempt().await.is_err(), "{point} was not reached");
        house.has_died(point).await;
        house.disarm();
        let inside = joining.settled().await;
        assert_eq!(inside, point != "after-reserve", "{point}");
        ledger_is_whole(&house);
    }
}

/// The commits of a redemption and those around it, one after another.
const COMMITS: std::ops::RangeInclusive<usize> = 1..=8;

async fn a_registration_cut_inside_a_commit_is_settled(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let mut cut = 0;
    for nth in COMMITS {
        let mut pending = Vec::new();
        for _ in 0..4 {
            pending.push(SignUp::new(&house).await);
        }
        let point = format!("inside-commit:{nth}");
        // One of the first commits may be the start's own: then it is down before it is ready.
        if house.arm(&point).is_ok() {
            for sign_up in &pending {
                let call = house
                    .nobody()
                    .create_user(&sign_up.name, PASSWORD, &sign_up.token);
                let answered = call.attempt().await;
                cut += usize::from(answered.is_err() && house.stack.has_ended());
            }
        }
        house.disarm();
        for sign_up in &pending {
            sign_up.settled(&house).await;
        }
    }
    assert!(cut > 0, "no sign-up was cut");
    ledger_is_whole(&house);
}

async fn a_join_cut_inside_a_commit_is_settled(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let (owner, guest) = (house.person().await, house.person().await);
    let mut cut = 0;
    for nth in COMMITS {
        let mut pending = Vec::new();
        for _ in 0..4 {
            pending.push(Joining::new(&owner, &guest).await);
        }
        let point = format!("inside-commit:{nth}");
        if house.arm(&point).is_ok() {
            for joining in &pending {
                let call = guest.elsewhere().join_with(joining.channel, joining.invite);
                let answered = call.attempt().await;
                cut += usize::from(answered.is_err() && house.stack.has_ended());
            }
        }
        house.disarm();
        for joining in &pending {
            joining.settled().await;
        }
    }
    assert!(cut > 0, "no join was cut");
    ledger_is_whole(&house);
}

one_process!(
    a_registration_cut_anywhere_is_settled,
    a_join_cut_anywhere_is_settled,
    a_registration_cut_inside_a_commit_is_settled,
    a_join_cut_inside_a_commit_is_settled,
);
