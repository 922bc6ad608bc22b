//! `kill -9` between the reservation of a link and its filling in.

use std::time::Duration;

use latchkey_testing::{Backend, eventually, one_process};
use reqwest::Method;

use super::client::{PATHS, Town};

/// How long it may take until the user can try again, without hands.
const SETTLED: Duration = Duration::from_secs(5);

async fn a_link_cut_anywhere_is_settled(backend: Backend) {
    let town = Town::open(backend).await;
    for (point, made) in [("after-link-reserve", 0), ("after-link-made", 1)] {
        let anna = town.member().await.elsewhere();
        let before = town.discord.made();
        town.house.arm(point).unwrap();
        let cut = anna.call(Method::POST, PATHS[0]).await;
        assert!(cut.is_err(), "{point} was not reached");
        town.house.has_died(point).await;
        assert_eq!(town.discord.made() - before, made);
        town.house.disarm();
        let what = format!("{point}: the reservation is given back");
        let link = eventually(SETTLED, &what, async || {
            let answer = anna.post(PATHS[0]).await;
            match answer.status {
                201 => Some(answer.ok(201)["inviteLink"].clone()),
                409 => {
                    // Reserved: nobody sees a link.
                    drop(anna.get(PATHS[0]).await.expect(404));
                    None
                }
                _ => panic!("{answer}"),
            }
        })
        .await;
        assert_eq!(anna.get(PATHS[0]).await.ok(200)["inviteLink"], link);
    }
}

one_process!(a_link_cut_anywhere_is_settled,);
