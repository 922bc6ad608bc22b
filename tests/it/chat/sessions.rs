//! `POST /api/user/login`, `/logout`, `/password`, `GET /api/user/info`, `/sessions`

use std::time::Duration;

use latchkey_testing::chat::Chat;
use latchkey_testing::{Backend, every_shape};

use crate::house::{PASSWORD, ends, has_members, house, int, is_recent, list, shape, unique};

async fn a_login_sets_the_cookie(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let answer = house.nobody().login(&person.name, PASSWORD).await;
    let cookie = answer.cookie();
    assert_eq!(cookie.value.len(), 44, "32 bytes in base64 with padding");
    assert!(cookie.value.ends_with('='));
    let urlsafe = |c: char| c.is_ascii_alphanumeric() || "-_=".contains(c);
    assert!(cookie.value.chars().all(urlsafe), "{}", cookie.value);
    let attribute = |name: &str| cookie.attributes.get(name).map(String::as_str);
    assert_eq!(attribute("max-age"), Some("604800"));
    assert!(attribute("expires").is_some_and(|date| date.ends_with("GMT")));
    assert_eq!(attribute("path"), Some("/"));
    assert_eq!(attribute("httponly"), Some(""));
    assert_eq!(attribute("samesite"), Some("Lax"));
    assert_eq!(attribute("secure"), None, "the public URL is http");
    assert_eq!(attribute("domain"), None);
    let user = answer.ok(200);
    has_members(&user, shape::USER);
    assert_eq!(int(&user, "userId"), person.id);
    let info = person.with_session(&cookie.value).info().await.ok(200);
    assert_eq!(info, user);
}

async fn every_wrong_login_gets_the_same_answer(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let known = house.nobody().login(&person.name, "wrong password").await;
    known.refused("invalid-credentials");
    for (name, password) in [
        (unique("nobody").as_str(), PASSWORD),
        ("", ""),
        ("", PASSWORD),
        (&person.name, ""),
        (&person.name, " "),
        ("no@such/name", PASSWORD),
    ] {
        let answer = house.nobody().login(name, password).await;
        answer.refused("invalid-credentials");
        assert_eq!(answer.body, known.body);
        assert!(answer.cookies().is_empty());
    }
}

/// 401 as it is without a live session: the cookie is cleared.
#[track_caller]
fn is_signed_out(answer: &latchkey_testing::chat::Answer) {
    answer.refused("unauthorized");
    assert!(answer.cookie().clears(), "{answer}");
}

async fn a_logout_ends_this_session_alone(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let other = house.nobody().signed_in(&person.name, PASSWORD).await;
    let answer = person.logout().await;
    assert!(answer.cookie().clears(), "{answer}");
    answer.done();
    ends(backend, &person).await;
    is_signed_out(&person.info().await);
    is_signed_out(&person.logout().await);
    drop(other.info().await.ok(200));
}

async fn a_logout_ends_the_streams_of_the_session(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let other = house.nobody().signed_in(&person.name, PASSWORD).await;
    let mut mine = person.listen().await;
    let mut others = other.listen().await;
    person.logout().await.done();
    mine.end(Duration::from_secs(5)).await;
    drop(
        other
            .create_channel(&unique("live"), "public")
            .await
            .ok(201),
    );
    drop(others.expect("channel-join").await);
}

async fn without_a_session_nothing_is_answered(backend: Backend) {
    let house = house(backend);
    for chat in [house.nobody(), house.nobody().with_session(&"A".repeat(43))] {
        is_signed_out(&chat.info().await);
        is_signed_out(&chat.channels().await);
        // 401 comes before everything else.
        is_signed_out(&chat.create_channel("", "no such type").await);
        is_signed_out(&chat.channel_info(-1).await);
        is_signed_out(&chat.get("/api/channel/info").await);
        is_signed_out(&chat.join(1).body("{").await);
        is_signed_out(&chat.load(&serde_json::Value::Null).await);
        is_signed_out(&chat.search("").await);
        is_signed_out(&chat.mark_read(1, 1).await);
        is_signed_out(&chat.sessions().await);
        is_signed_out(&chat.change_password("", "").await);
        is_signed_out(&chat.remove_invites(&[]).await);
        is_signed_out(&chat.try_listen(None).await.err().unwrap());
    }
}

async fn the_eleventh_session_ends_the_oldest(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut sessions: Vec<Chat> = vec![person.chat.clone()];
    for _ in 0..10 {
        sessions.push(house.nobody().signed_in(&person.name, PASSWORD).await);
    }
    ends(backend, &sessions[0]).await;
    is_signed_out(&sessions[0].info().await);
    for session in &sessions[1..] {
        drop(session.info().await.ok(200));
    }
    let listed = sessions[1].sessions().await.ok(200);
    assert_eq!(list(&listed["sessions"]).len(), 10);
}

async fn sessions_are_listed_and_ended(backend: Backend) {
    let house = house(backend);
    let (person, stranger) = (house.person().await, house.person().await);
    let other = house.nobody().signed_in(&person.name, PASSWORD).await;
    let listed = person.sessions().await.ok(200);
    let sessions = list(&listed["sessions"]);
    assert_eq!(sessions.len(), 2);
    for session in sessions {
        is_recent(&session["createdAt"]);
        assert!(!session.to_string().contains(other.session()), "{session}");
    }
    let current = |current: bool| {
        let mut found = sessions.iter().filter(|s| s["current"] == current);
        int(found.next().unwrap(), "sessionId").to_string()
    };
    let others = current(false);
    stranger
        .end_session(&others)
        .await
        .refused("session-not-found");
    drop(other.info().await.ok(200));
    person.end_session(&others).await.done();
    ends(backend, &other).await;
    is_signed_out(&other.info().await);
    person
        .end_session(&others)
        .await
        .refused("session-not-found");
    person.end_session("0").await.refused("session-not-found");
    person
        .end_session("x")
        .await
        .refused("invalid-request-parameters");
    assert_eq!(person.end_session(&current(true)).await.status, 200);
    ends(backend, &person).await;
    is_signed_out(&person.info().await);
}

async fn a_new_password_ends_the_other_sessions(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let other = house.nobody().signed_in(&person.name, PASSWORD).await;
    let mut stream = other.listen().await;
    let new = "another password";
    let wrong = person.change_password("not this one", new).await;
    wrong.refused("invalid-credentials");
    assert!(wrong.cookies().is_empty(), "the session is alive: {wrong}");
    person
        .change_password(PASSWORD, "short")
        .await
        .refused("insecure-password");
    drop(other.info().await.ok(200));
    person.change_password(PASSWORD, new).await.done();
    ends(backend, &other).await;
    is_signed_out(&other.info().await);
    stream.end(Duration::from_secs(5)).await;
    drop(person.info().await.ok(200));
    let nobody = house.nobody();
    nobody
        .login(&person.name, PASSWORD)
        .await
        .refused("invalid-credentials");
    drop(nobody.login(&person.name, new).await.ok(200));
}

async fn the_first_cookie_counts(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let (nobody, token) = (house.nobody(), person.session());
    for good in [
        format!("t={token}"),
        format!("a=b; t={token}; c=d"),
        format!("t={token}; t=dead"),
        format!("tt=x; T=y; t={token}"),
    ] {
        drop(nobody.info().header("cookie", &good).await.ok(200));
    }
    let bare = token.trim_end_matches('=').to_owned();
    for bad in [
        format!("t=dead; t={token}"),
        format!("T={token}"),
        format!("t={bare}"),
        format!("t={token}x"),
        format!("t={}", token.to_lowercase()),
        format!("t={}", "A".repeat(4000)),
        "t=".to_owned(),
        "t".to_owned(),
        "=".to_owned(),
        ";;;".to_owned(),
        "t=\"".to_owned(),
        "t=%00".to_owned(),
        "t=%zz".to_owned(),
    ] {
        let answer = nobody.info().header("cookie", &bad).await;
        assert_eq!(answer.status, 401, "{bad}: {answer}");
        is_signed_out(&answer);
    }
}

every_shape!(
    a_login_sets_the_cookie,
    every_wrong_login_gets_the_same_answer,
    a_logout_ends_this_session_alone,
    a_logout_ends_the_streams_of_the_session,
    without_a_session_nothing_is_answered,
    the_eleventh_session_ends_the_oldest,
    sessions_are_listed_and_ended,
    a_new_password_ends_the_other_sessions,
    the_first_cookie_counts,
);
