//! How a client makes room that the server works for.

use super::*;

/// One place, which somebody else needs.
fn one_place() -> Bounds {
    Bounds {
        connections: 1,
        ..BOUNDS
    }
}

/// A newcomer, for whom there is room.
fn comes(rig: &rig::Rig) -> crowd::Place {
    rig.crowd.admit("192.0.2.2".parse().unwrap()).unwrap()
}

#[actix_web::test]
async fn who_sends_ahead_makes_room_when_the_answer_in_hand_is_written() {
    let mut rig = rig(one_place()).await;
    rig.send(&get("/busy").repeat(3)).await;
    sleep(Duration::from_millis(200)).await;
    let begun = Arc::clone(&rig.begun);
    let crowd = Arc::clone(&rig.crowd);
    drop(comes(&rig));
    let (said, took) = rig.end().await;
    assert!(said.ends_with("done"), "{said:?}");
    assert_eq!(said.matches("HTTP/1.1 200").count(), 1, "{said:?}");
    assert!(said.contains("connection: close"), "{said:?}");
    is_about(took, 700);
    assert_eq!(begun.load(Ordering::Relaxed), 1);
    assert_eq!(crowd.losses().untold().as_deref(), Some("made_room 1"));
}

#[actix_web::test]
async fn an_answer_that_was_begun_comes_whole_before_room_is_made() {
    let mut rig = rig(one_place()).await;
    rig.send(&get("/halves").repeat(2)).await;
    sleep(Duration::from_millis(50)).await;
    let begun = Arc::clone(&rig.begun);
    drop(comes(&rig));
    let (said, _) = rig.end().await;
    assert!(said.ends_with("half\r\n4\r\nhalf\r\n0\r\n\r\n"), "{said:?}");
    assert!(
        !said.contains("connection: close"),
        "its head was sent before"
    );
    assert_eq!(begun.load(Ordering::Relaxed), 1);
}

/// Answers are no pauses, so whoever is always answered does not look like a newcomer.
#[actix_web::test]
async fn whoever_makes_no_pause_came_before_who_came_later() {
    for pause in [100, 1100] {
        let mut rig = rig(Bounds {
            connections: 2,
            ..BOUNDS
        })
        .await;
        sleep(Duration::from_millis(20)).await;
        let other = comes(&rig);
        for since in [&other.member.busy_since, &other.member.waiting_since] {
            since.store(rig.crowd.now(), Ordering::Relaxed);
        }
        for _ in 0..2 {
            rig.send(&get("/")).await;
            rig.expect("fine").await;
            sleep(Duration::from_millis(pause)).await;
        }
        let third = comes(&rig);
        let has_paused = pause > 1000;
        assert_eq!(other.member.is_dismissed(), has_paused);
        drop((other, third));
        rig.end().await;
    }
}
