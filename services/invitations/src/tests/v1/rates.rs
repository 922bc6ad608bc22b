//! Calls that are limited by rate say how much of the limit is left.

use actix_web::http::header::RETRY_AFTER;
use latchkey_common::server::{RATE_LIMIT, RATE_LIMIT_POLICY};
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::house::{House, code, secret};
use crate::tests::site::Answer;

both_databases!(answers_tell_what_is_left, what_is_switched_off_is_not_told,);

const ON: [(&str, &str); 4] = [
    ("LATCHKEY_RATE_LIMITS", "on"),
    ("LATCHKEY_LIMITS__SECRET__COUNT", "2"),
    ("LATCHKEY_LIMITS__SECRET__PERIOD_SECONDS", "600"),
    ("LATCHKEY_LIMITS__INVITATION__COUNT", "3"),
];

/// What is left of each limit, with the seconds cut off.
fn left(answer: &Answer) -> String {
    let field = answer.header(&RATE_LIMIT);
    let items = field.split(", ").map(|item| match item.split_once(";t=") {
        Some((item, seconds)) => {
            assert!(seconds.parse::<u32>().is_ok_and(|t| t > 0), "{field}");
            item
        }
        // Where all of it is left there is no more to come.
        None => item,
    });
    items.collect::<Vec<_>>().join(", ")
}

async fn answers_tell_what_is_left(backend: Backend) {
    let house = House::with(backend, &ON).await;
    let wish = || json!({"grants": [house.grant("account")]});
    let made = house.post("/v1/invitations", house.owner, wish()).await;
    assert_eq!(left(&made), "\"invitation\";r=2");
    assert_eq!(made.header(&RATE_LIMIT_POLICY), "\"invitation\";q=3;w=3600");
    let made = made.json();
    for left_over in [1, 0] {
        let seen = house.preview(secret(&made)).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        assert_eq!(left(&seen), format!("\"secret\";r={left_over}"));
        assert_eq!(seen.header(&RATE_LIMIT_POLICY), "\"secret\";q=2;w=600");
    }
    let refused = house.preview(secret(&made)).await;
    assert_eq!(code(&refused), "rate-limited");
    assert_eq!(left(&refused), "\"secret\";r=0");
    // A second try is not told to come before there is more.
    let (_, more) = refused.header(&RATE_LIMIT).split_once(";t=").unwrap();
    let again: u32 = refused.header(&RETRY_AFTER).parse().unwrap();
    assert!(
        more.parse::<u32>().unwrap() <= again && again <= 300,
        "{again}"
    );
    for status in [201, 201, 429] {
        let made = house.post("/v1/invitations", house.owner, wish()).await;
        assert_eq!(made.status, status, "{}", made.body);
    }
    let refused = house.post("/v1/invitations", house.owner, wish()).await;
    assert_eq!(left(&refused), "\"invitation\";r=0");
    assert!(refused.headers.contains_key(RETRY_AFTER));
    // Of the limit of accounts nobody is told who has none.
    let asked = house.redeem("account", secret(&made), "newcomer").await;
    assert_eq!(left(&asked), "\"secret\";r=0, \"sign-up\";r=40");
}

async fn what_is_switched_off_is_not_told(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({})).await;
    let seen = house.preview(secret(&made)).await;
    assert!(!seen.headers.contains_key(RATE_LIMIT), "{:?}", seen.headers);
    assert!(!seen.headers.contains_key(RATE_LIMIT_POLICY));
}
