//! Calls of the chat contract with an `Idempotency-Key` that are about accounts, sessions and tokens: made once, and
//! what decides about a password decides again each time.

use latchkey_testing::chat::{Answer, Call, Chat};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape, one_process, race};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Person, ends, house, int, list};
use crate::once::{is_replay, keyed};

every_shape!(
    of_sixteen_at_once_one_is_made,
    a_key_opens_nothing_without_the_password,
    of_sixteen_changes_of_a_password_one_is_made,
    a_logout_is_answered_again,
);
one_process!(what_was_made_is_told_after_a_crash);

const OTHER: &str = "battery staple";

/// One call of a person's.
type Kind<'a> = &'a dyn Fn(&Chat) -> Call;

fn make_token(who: &Chat, name: &str) -> Call {
    let wish = json!({"name": name, "scopes": ["invite:read"], "password": PASSWORD});
    who.post("/api/user/tokens", &wish)
}

fn issue(who: &Chat, kind: &str) -> Call {
    who.post("/api/user/token", &json!({"kind": kind}))
}

fn gone(who: &Chat, path: &str, id: i64) -> Call {
    who.call(Method::DELETE, format!("{path}/{id}"))
}

/// The names and values of all cookies that an answer sets.
fn cookies(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all("set-cookie").iter();
    let pair = |line: &str| line.split(';').next().unwrap().to_owned();
    lines.map(|line| pair(line.to_str().unwrap())).collect()
}

async fn ids(who: &Chat, noun: &str, id: &str) -> Vec<i64> {
    let all = who.get(format!("/api/user/{noun}")).await.ok(200);
    let all = list(&all[noun]).iter();
    all.map(|one| int(one, id)).collect()
}

async fn of_sixteen_at_once_one_is_made(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let name = person.name.clone();
    let elsewhere = house.nobody().signed_in(&name, PASSWORD).await;
    let sessions = ids(&person, "sessions", "sessionId").await;
    let mine = person.sessions().await.ok(200);
    let other = list(&mine["sessions"]).iter();
    let other = other.filter(|one| one["current"] == false);
    let other: Vec<i64> = other.map(|one| int(one, "sessionId")).collect();
    assert_eq!((sessions.len(), other.len()), (2, 1));
    let old = int(&make_token(&person, "old").await.ok(201), "tokenId");
    let kinds: [(&str, u16, Kind<'_>); 6] = [
        ("login", 200, &|who| who.anonymous().login(&name, PASSWORD)),
        ("make", 201, &|who| make_token(who, "fresh")),
        ("bearer", 200, &|who| issue(who, "bearer")),
        ("rds", 200, &|who| issue(who, "rds-session")),
        ("revoke", 200, &|who| gone(who, "/api/user/tokens", old)),
        ("end", 200, &|who| gone(who, "/api/user/sessions", other[0])),
    ];
    for (key, status, kind) in kinds {
        let answers = race(16, |_| keyed(kind(&person.elsewhere()), key).into_future()).await;
        for answer in &answers {
            assert_eq!(answer.status, status, "{key}: {answer}");
            assert_eq!(answer.body, answers[0].body, "{key}");
            assert_eq!(cookies(answer), cookies(&answers[0]), "{key}");
        }
        let replays = answers.iter().filter(|one| is_replay(one)).count();
        assert_eq!(replays, 15, "{key}");
    }
    assert_eq!(ids(&person, "tokens", "tokenId").await.len(), 1);
    elsewhere.info().await.refused("unauthorized");
    // The one that asks, and the one that began by sixteen logins.
    assert_eq!(ids(&person, "sessions", "sessionId").await.len(), 2);
    let others = [
        ("make", make_token(&person, "another")),
        ("bearer", issue(&person, "rds-session")),
        ("revoke", gone(&person, "/api/user/tokens", old + 1)),
    ];
    for (key, call) in others {
        keyed(call, key).await.refused("idempotency-key-reused");
    }
}

/// Whoever knows a key learns nothing by it.
async fn a_key_opens_nothing_without_the_password(backend: Backend) {
    let house = house(backend);
    let (person, other) = (house.person().await, house.person().await);
    let login = |name: &str, password: &str| keyed(house.nobody().login(name, password), "k");
    let began = login(&person.name, PASSWORD).await.expect(200);
    login(&person.name, OTHER)
        .await
        .refused("invalid-credentials");
    // The same key of somebody else's is another.
    let theirs = login(&other.name, PASSWORD).await.expect(200);
    assert!(!is_replay(&theirs));
    assert_ne!(cookies(&theirs), cookies(&began));
    let again = login(&person.name, PASSWORD).await.expect(200);
    assert!(is_replay(&again));
    assert_eq!(cookies(&again), cookies(&began));

    let made = keyed(make_token(&person, "mine"), "t").await.expect(201);
    let wrong = json!({"name": "mine", "scopes": ["invite:read"], "password": OTHER});
    let wrong = keyed(person.post("/api/user/tokens", &wrong), "t").await;
    wrong.refused("invalid-credentials");
    let again = keyed(make_token(&person, "mine"), "t").await.expect(201);
    assert_eq!(again.body, made.body);
}

async fn of_sixteen_changes_of_a_password_one_is_made(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let change = |new: &str| keyed(person.elsewhere().change_password(PASSWORD, new), "k");
    let answers = race(16, |_| change(OTHER).into_future()).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{answer}");
    }
    assert_eq!(answers.iter().filter(|one| is_replay(one)).count(), 15);
    // Another wish: its password does not hold, and nobody is told that it does.
    change("a third password")
        .await
        .refused("idempotency-key-reused");
    let login = |password: &str| house.nobody().login(&person.name, password);
    drop(login(OTHER).await.ok(200));
    login(PASSWORD).await.refused("invalid-credentials");
    let unkeyed = person.change_password(PASSWORD, OTHER).await;
    unkeyed.refused("invalid-credentials");
}

async fn a_logout_is_answered_again(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let answers = race(16, |_| {
        keyed(person.elsewhere().logout(), "k").into_future()
    })
    .await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.cookie().clears(), "{answer}");
    }
    let again = keyed(person.logout(), "k").await.expect(200);
    assert!(is_replay(&again), "{again}");
    ends(backend, &person).await;
    // Nobody else's, no other key's, and nothing but this.
    person.logout().await.refused("unauthorized");
    keyed(person.logout(), "other")
        .await
        .refused("unauthorized");
    keyed(person.logout(), "a b").await.refused("unauthorized");
    let elsewhere = house.nobody().with_session(&"x".repeat(44));
    keyed(elsewhere.logout(), "k").await.refused("unauthorized");
    keyed(house.nobody().logout(), "k")
        .await
        .refused("unauthorized");
    keyed(person.info(), "k").await.refused("unauthorized");
}

/// It is committed, and the process dies before anybody is told.
async fn what_was_made_is_told_after_a_crash(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let person: Person = house.person().await;
    let name = person.name.clone();
    let kinds: [(&str, u16, Kind<'_>); 6] = [
        ("login", 200, &|who| who.anonymous().login(&name, PASSWORD)),
        ("make", 201, &|who| make_token(who, "fresh")),
        ("bearer", 200, &|who| issue(who, "bearer")),
        ("rds", 200, &|who| issue(who, "rds-session")),
        ("password", 200, &|who| who.change_password(PASSWORD, OTHER)),
        ("logout", 200, &|who| who.logout()),
    ];
    for (key, status, kind) in kinds {
        let call = || keyed(kind(&person.elsewhere()), key);
        house.arm("after-kept").unwrap();
        assert!(call().attempt().await.is_err(), "{key} was not reached");
        house.has_died("after-kept").await;
        house.disarm();
        let told = call().await.expect(status);
        assert!(is_replay(&told), "{key}: {told}");
        let again = call().await.expect(status);
        assert_eq!(told.body, again.body, "{key}");
        assert_eq!(cookies(&told), cookies(&again), "{key}");
    }
    let signed_in = house.nobody().signed_in(&name, OTHER).await;
    let tokens: Value = signed_in.get("/api/user/tokens").await.ok(200);
    assert_eq!(list(&tokens["tokens"]).len(), 1);
    // One of this login; those from before ended with the password.
    assert_eq!(ids(&signed_in, "sessions", "sessionId").await.len(), 1);
}
