//! Talks over a pipe: the framework's connection, a line, and a client that behaves badly.

mod crowding;
mod rig;
mod room;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use self::rig::{BOUNDS, PATIENCE, PIPE, TERMS, get, is_about, post, rig};
use super::*;

#[actix_web::test]
async fn every_head_has_a_deadline() {
    for before in [String::new(), get("/"), post("/read", 4) + "four"] {
        for begin in ["G", "GET / HTTP/1.1\r\nHost: h\r\n", "\r\n"] {
            let mut rig = rig(BOUNDS).await;
            if !before.is_empty() {
                rig.send(&before).await;
                rig.expect(if before.starts_with('G') { "fine" } else { "4" })
                    .await;
            }
            rig.send(begin).await;
            let (said, took) = rig.end().await;
            assert!(
                said.starts_with("HTTP/1.1 408 ") && said.ends_with("did not arrive in time.\n"),
                "{before:?} {begin:?}: {said:?}"
            );
            is_about(took, TERMS.head);
        }
    }
}

/// The framework answers it by itself; that it did is counted, whichever listener it is.
#[actix_web::test]
async fn what_is_no_head_is_counted() {
    for garbage in [
        "\u{16}\u{3}\u{1}\u{2}\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.1\r\nA B: c\r\n\r\n",
    ] {
        let mut rig = rig(BOUNDS).await;
        let crowd = Arc::clone(&rig.crowd);
        rig.send(garbage).await;
        let (said, _) = rig.end().await;
        assert!(said.starts_with("HTTP/1.1 400 "), "{garbage:?}: {said:?}");
        assert_eq!(crowd.losses().untold().as_deref(), Some("bad_head 1"));
    }
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/")).await;
    rig.expect("fine").await;
    assert_eq!(rig.crowd.losses().untold(), None);
}

#[actix_web::test]
async fn a_head_that_drips_has_no_more_time() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/")).await;
    rig.expect("fine").await;
    for letter in ["G", "E", "T"] {
        rig.send(letter).await;
        sleep(Duration::from_millis(80)).await;
    }
    let (said, took) = rig.end().await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said:?}");
    is_about(took, TERMS.head - 240);
}

#[actix_web::test]
async fn an_idle_connection_is_kept_and_then_closed_without_a_word() {
    for request in [
        get("/"),
        post("/read", 2) + "{}",
        post("/read", 2).replace("Content-Length: 2", "Transfer-Encoding: chunked")
            + "2\r\n{}\r\n0\r\n\r\n",
    ] {
        let mut rig = rig(BOUNDS).await;
        for _ in 0..3 {
            rig.send(&request).await;
            rig.expect(if request.starts_with('G') {
                "fine"
            } else {
                "2"
            })
            .await;
            // Longer than any other deadline.
            sleep(Duration::from_millis(500)).await;
        }
        rig.send(&request).await;
        rig.expect(if request.starts_with('G') {
            "fine"
        } else {
            "2"
        })
        .await;
        let (said, took) = rig.end().await;
        assert_eq!(said, "");
        is_about(took, TERMS.keep_alive);
    }
}

#[actix_web::test]
async fn a_request_may_take_longer_than_its_head() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/busy")).await;
    rig.expect("done").await;
}

#[actix_web::test]
async fn requests_that_are_sent_ahead_wait_for_their_turn() {
    let mut rig = rig(BOUNDS).await;
    let many = get("/busy") + &post("/read", 3) + "abc" + &get("/").repeat(10);
    rig.send(&many).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(rig.begun.load(Ordering::Relaxed), 1);
    for body in ["done", "3"] {
        rig.expect_next(body).await;
    }
    for _ in 0..10 {
        rig.expect_next("fine").await;
    }
    assert_eq!(rig.begun.load(Ordering::Relaxed), 12);
}

#[actix_web::test]
async fn a_head_that_is_too_long_is_refused_and_the_rest_thrown_away() {
    let mut rig = rig(BOUNDS).await;
    rig.send("GET / HTTP/1.1\r\nHost: h\r\n").await;
    for _ in 0..100 {
        rig.send(&format!("X-Long: {}\r\n", "x".repeat(1000))).await;
    }
    let (said, took) = rig.end().await;
    assert!(
        said.starts_with("HTTP/1.1 431 ") && said.ends_with("is too long.\n"),
        "{said:?}"
    );
    is_about(took, 1000);
}

#[actix_web::test]
async fn an_answer_that_nobody_takes_ends_the_connection() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/large")).await;
    timeout(PATIENCE, &mut rig.server).await.unwrap().unwrap();
    assert_eq!(rig.crowd.count(), 0);
    let mut seen = Vec::new();
    rig.client.read_to_end(&mut seen).await.unwrap();
    assert_eq!(seen.len(), PIPE);
}

#[actix_web::test]
async fn an_answer_that_is_taken_slowly_comes_whole() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/large").replace("Host", "Connection: close\r\nHost"))
        .await;
    let mut seen = 0;
    let mut piece = [0; 1024];
    for pause in [200, 200, 200, 200, 0]
        .into_iter()
        .chain(std::iter::repeat(0))
    {
        sleep(Duration::from_millis(pause)).await;
        match rig.client.read(&mut piece).await.unwrap() {
            0 => break,
            read => seen += read,
        }
    }
    assert!(seen > 200_000, "{seen}");
}

#[actix_web::test]
async fn a_body_that_is_read_has_a_deadline_and_an_answer() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&(post("/read", 100) + "some")).await;
    let (said, took) = rig.end().await;
    assert!(
        said.starts_with("HTTP/1.1 400 ") && said.ends_with("stopped arriving"),
        "{said:?}"
    );
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[actix_web::test]
async fn a_body_that_nobody_reads_has_a_deadline() {
    let chunked = post("/", 1).replace("Content-Length: 1", "Transfer-Encoding: chunked");
    for (head, drip) in [(post("/", 100_000), "x"), (chunked, "1\r\nx\r\n")] {
        let mut rig = rig(BOUNDS).await;
        rig.send(&head).await;
        rig.expect("fine").await;
        let began = Instant::now();
        while rig.client.write_all(drip.as_bytes()).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
            assert!(began.elapsed() < PATIENCE, "it goes on: {head:?}");
        }
        is_about(began.elapsed(), 1000);
        timeout(PATIENCE, rig.server).await.unwrap().unwrap();
    }
}

#[actix_web::test]
async fn behind_the_chunks_that_nobody_reads_is_the_next_request() {
    let mut rig = rig(BOUNDS).await;
    let head = post("/", 1).replace("Content-Length: 1", "Transfer-Encoding: chunked");
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    rig.send(&head).await;
    rig.expect("fine").await;
    rig.send(&(chunk.repeat(12) + "0\r\n\r\n" + &post("/read", 3) + "abc"))
        .await;
    rig.expect("3").await;
}

#[actix_web::test]
async fn a_body_comes_no_faster_than_it_is_read() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&post("/busy", 1_000_000)).await;
    let mut sent = 0;
    let body = [b'x'; 500];
    while let Ok(written) = timeout(Duration::from_millis(200), rig.client.write(&body)).await {
        sent += written.unwrap();
    }
    assert!((4_000..40_000).contains(&sent), "{sent}");
}

#[test]
fn bodies_beyond_what_memory_allows_are_refused() {
    let crowd = Crowd::new("test", BOUNDS);
    let admit = || crowd.admit("192.0.2.1".parse().unwrap()).unwrap();
    let (first, second) = (admit(), admit());
    let talks = [&first, &second].map(|place| Talk::new(place, TERMS));
    for talk in &talks {
        talk.begun(None);
    }
    // The first 8 KiB are everybody's.
    let all = BOUNDS.held_bytes + 8 * 1024;
    assert!(talks[0].may_keep(4096) && talks[0].may_keep(all - 4096));
    assert_eq!(crowd.held(), BOUNDS.held_bytes);
    assert!(talks[1].may_keep(8 * 1024) && talks[1].lack().is_none());
    assert!(!talks[1].may_keep(1) && talks[1].lack().is_some());
    talks[0].keeps_nothing();
    assert_eq!(crowd.held(), 0);
    talks[1].begun(None);
    assert!(talks[1].may_keep(all) && talks[1].lack().is_none());
    talks[1].answered();
    assert_eq!(crowd.held(), 0, "until it is answered");
}

#[actix_web::test]
async fn an_answer_that_breaks_off_ends_the_connection() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/broken")).await;
    let (said, _) = rig.end().await;
    assert!(said.ends_with("half\r\n"), "{said:?}");
}

#[actix_web::test]
async fn a_client_that_hangs_up_is_noticed_while_its_request_is_handled() {
    let mut rig = rig(BOUNDS).await;
    rig.send(&get("/busy")).await;
    rig.client.shutdown().await.unwrap();
    let (said, _) = rig.end().await;
    assert!(said.ends_with("done"), "half closed: {said:?}");
}
