//! Guessing passwords.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use latchkey_common::clock::Millis;
use latchkey_testing::{Backend, both_databases, eventually, race};
use serde_json::json;

use crate::world::{Answer, PASSWORD, World};

both_databases!(
    a_name_that_fails_too_often_waits,
    a_clock_that_is_put_back_makes_no_wait_longer,
    failures_of_a_clock_that_was_put_back_are_forgotten,
    a_right_password_starts_afresh,
    guesses_at_once_do_not_outrun_the_count,
    a_stranger_shuts_out_nobody_elsewhere,
    many_networks_have_one_ceiling,
    a_device_that_signed_in_has_its_own_count,
    wrong_old_passwords_count_too,
    a_stranger_keeps_nobody_from_a_new_password,
    thirty_at_once_are_never_refused,
);

/// Limits on, but no limit by address.
const LIMITED: [(&str, &str); 2] = [
    ("LATCHKEY_RATE_LIMITS", "on"),
    ("LATCHKEY_LIMITS__LOGIN__COUNT", "10000"),
];

async fn a_name_that_fails_too_often_waits(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    // A name that nobody has behaves like one that somebody has.
    for name in ["John11", "nobody at all"] {
        for _ in 0..10 {
            let answer = world.try_log_in(name, "wrong password").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        let answer = world.try_log_in(&name.to_uppercase(), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.problem(), "too-many-requests");
        let wait = answer.headers.get("retry-after").unwrap().to_str().unwrap();
        assert!((1..=60).contains(&wait.parse::<u64>().unwrap()), "{wait}");
    }
    // The window is short, and it does not begin again with each try.
    world.advance(Duration::from_secs(61));
    world.log_in("John11").await;
}

async fn a_clock_that_is_put_back_makes_no_wait_longer(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    world.advance(Duration::from_hours(2));
    for _ in 0..10 {
        world.try_log_in("John11", "wrong password").await;
    }
    world.put_back(Duration::from_hours(2));
    let answer = world.try_log_in("John11", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let wait = answer.headers.get("retry-after").unwrap().to_str().unwrap();
    assert!((1..=60).contains(&wait.parse::<u64>().unwrap()), "{wait}");
    world.advance(Duration::from_secs(61));
    world.log_in("John11").await;

    // Failures that are too few to wait for are no older than the others either.
    world.advance(Duration::from_hours(2));
    for _ in 0..9 {
        world.try_log_in("John11", "wrong password").await;
    }
    world.put_back(Duration::from_hours(2));
    world.try_log_in("John11", "wrong password").await;
    world.advance(Duration::from_secs(61));
    world.log_in("John11").await;
}

async fn failures_of_a_clock_that_was_put_back_are_forgotten(backend: Backend) {
    let period = ("LATCHKEY_USERS__PURGE_PERIOD_S", "1");
    let world = World::with(backend, &[&LIMITED[..], &[period]].concat());
    world.advance(Duration::from_hours(2));
    world.try_log_in("John11", "wrong password").await;
    world.put_back(Duration::from_hours(2));
    let began = "SELECT CAST(window_started_at AS TEXT) AS cell FROM login_failures";
    let at = |cells: &[String]| cells.first().map(|cell| Millis(cell.parse().unwrap()));
    let now = || world.edge.clock().now();
    assert!(
        at(&world.cells(began).await)
            .unwrap()
            .is_of_the_future(now())
    );
    let jobs = world.start_jobs();
    eventually(Duration::from_secs(10), "it begins now", async || {
        let began = at(&world.cells(began).await);
        began.is_none_or(|began| began <= now()).then_some(())
    })
    .await;
    world.advance(Duration::from_secs(61));
    eventually(Duration::from_secs(10), "it is forgotten", async || {
        world.cells(began).await.is_empty().then_some(())
    })
    .await;
    jobs.stop().await;
}

async fn a_right_password_starts_afresh(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    for _ in 0..3 {
        for _ in 0..9 {
            world.try_log_in("John11", "wrong password").await;
        }
        world.log_in("John11").await;
    }
}

async fn guesses_at_once_do_not_outrun_the_count(backend: Backend) {
    let env = [
        &LIMITED[..],
        &[("LATCHKEY_USERS__PASSWORD_HASHES_AT_ONCE", "2")],
    ]
    .concat();
    let world = World::with(backend, &env);
    world.account("John11").await;
    let answers = race(60, |_| world.try_log_in("John11", "wrong password")).await;
    let tried = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED);
    let tried = tried.count();
    assert!((10..=11).contains(&tried), "{tried} guesses were tried");
}

const HOME: &str = "192.0.2.1:4000";
const AWAY: &str = "198.51.100.7:4000";

/// A login from an address, on a device that keeps this.
async fn log_in(world: &World, from: &str, device: Option<&str>, password: &str) -> Answer {
    let mut request = TestRequest::post()
        .uri("/api/user/login")
        .peer_addr(from.parse().unwrap())
        .set_json(json!({"username": "John11", "password": password}));
    if let Some(device) = device {
        request = request.insert_header(("cookie", format!("t=x; device={device}")));
    }
    world.send(request).await
}

async fn fail(world: &World, from: &str, device: Option<&str>, times: usize) {
    for _ in 0..times {
        let answer = log_in(world, from, device, "wrong password").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{from}");
    }
}

/// What a login tells the device to keep.
fn kept(answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, StatusCode::OK);
    let cookies = answer.headers.get_all("set-cookie");
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("device="))?;
    for part in ["HttpOnly", "SameSite=Lax", "Path=/api/user/login"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let value = cookie.split(['=', ';']).nth(1);
    value.map(str::to_owned)
}

async fn a_stranger_shuts_out_nobody_elsewhere(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    // An IPv6 user has a whole /64.
    fail(&world, "[2001:db8::1]:4000", None, 5).await;
    fail(&world, "[2001:db8::ffff:2]:4000", None, 5).await;
    let refused = log_in(&world, "[2001:db8::3]:4000", None, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    for elsewhere in ["[2001:db8:0:1::1]:4000", HOME] {
        let answer = log_in(&world, elsewhere, None, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{elsewhere}");
    }
}

async fn many_networks_have_one_ceiling(backend: Backend) {
    let env = [
        &LIMITED[..],
        &[("LATCHKEY_USERS__LOGIN_FAILURES_EVERYWHERE", "20")],
    ]
    .concat();
    let world = World::with(backend, &env);
    world.account("John11").await;
    let device = kept(&log_in(&world, HOME, None, PASSWORD).await).unwrap();
    for nth in 1..=4 {
        fail(&world, &format!("203.0.113.{nth}:4000"), None, 5).await;
    }
    let refused = log_in(&world, AWAY, None, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    // What is invented is no device; the one that signed in before comes in from everywhere.
    let short: String = device.chars().skip(1).collect();
    let turned: String = device.chars().rev().collect();
    for invented in ["", "x", &short, &turned] {
        let refused = log_in(&world, AWAY, Some(invented), PASSWORD).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{invented}");
    }
    for from in [HOME, AWAY, "203.0.113.1:4000"] {
        let answer = log_in(&world, from, Some(&device), PASSWORD).await;
        assert_eq!(kept(&answer), None, "it keeps what it has");
    }
    // A right password from one place is no new ceiling for the guessers.
    let refused = log_in(&world, AWAY, None, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    world.advance(Duration::from_secs(61));
    assert!(kept(&log_in(&world, AWAY, None, PASSWORD).await).is_some());
}

async fn a_device_that_signed_in_has_its_own_count(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    for name in ["John11", "Jane11"] {
        world.account(name).await;
    }
    let device = kept(&log_in(&world, HOME, None, PASSWORD).await).unwrap();
    let mallory = world.try_log_in("Jane11", PASSWORD).await;
    let foreign = kept(&mallory).unwrap();
    fail(&world, HOME, None, 10).await;
    // Nobody's device but one's own.
    let refused = log_in(&world, HOME, Some(&foreign), PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        kept(&log_in(&world, HOME, Some(&device), PASSWORD).await),
        None
    );
    fail(&world, HOME, Some(&device), 10).await;
    let refused = log_in(&world, AWAY, Some(&device), PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(kept(&log_in(&world, AWAY, None, PASSWORD).await).is_some());
    // It is known for half a year, and told anew what to keep after half of that.
    world.advance(Duration::from_hours(91 * 24));
    assert!(kept(&log_in(&world, AWAY, Some(&device), PASSWORD).await).is_some());
}

async fn a_stranger_keeps_nobody_from_a_new_password(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    fail(&world, HOME, None, 10).await;
    let body = json!({"oldPassword": PASSWORD, "newPassword": "another password"});
    let answer = world.post("/api/user/password", Some(&token), body).await;
    assert_eq!(answer.status, StatusCode::OK);
}

async fn wrong_old_passwords_count_too(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let change = |old: &str| json!({"oldPassword": old, "newPassword": "another password"});
    for _ in 0..10 {
        let answer = world
            .post("/api/user/password", Some(&token), change("a guess"))
            .await;
        assert_eq!(answer.problem(), "invalid-credentials");
    }
    let answer = world
        .post("/api/user/password", Some(&token), change(PASSWORD))
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(world.is_live(&token).await);
}

async fn thirty_at_once_are_never_refused(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let answers = race(60, |n| {
        let world = &world;
        async move {
            let password = if n % 2 == 0 {
                PASSWORD
            } else {
                "wrong password"
            };
            (n, world.try_log_in("John11", password).await.status)
        }
    })
    .await;
    for (n, status) in answers {
        let expected = if n % 2 == 0 {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(status, expected);
    }
}
