//! Who asks to come into one thing, on a page for whoever decides there.

use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::inbox::{MARKUP, Place, led_to};
use crate::tests::site::Answer;

both_databases!(
    whoever_decides_says_yes_or_why_not,
    nobody_else_sees_who_asks,
);

async fn send(place: &Place, who: UserId, fields: &[(&str, &str)]) -> Answer {
    let request = TestRequest::post().uri("/requests").set_form(fields);
    let request = request.insert_header(("origin", "https://chat.example"));
    let cookie = place.site.cookie(who);
    place.site.send(request.insert_header(cookie)).await
}

async fn whoever_decides_says_yes_or_why_not(backend: Backend) {
    let place = Place::new(backend);
    let channel = place.channel.0.to_string();
    let uri = format!("/requests?channel={channel}");
    let none = place.site.get_as(place.owner, &uri).await;
    assert_eq!((none.status, heading(&none)), (200, "Who asks to come in"));
    assert!(none.body.contains("Nobody asks to come in."));
    for (verb, done) in [("reject", "rejected"), ("approve", "approved")] {
        let asked = place.ask(&format!("chn_{channel}")).await;
        let id = asked.trim_start_matches("req_");
        let page = place.site.get_as(place.owner, &uri).await;
        for said in ["guest", "&lt;script&gt;", "href=\"/c/1\""] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        assert!(!page.body.contains(MARKUP), "{}", page.body);
        let long = "x".repeat(501);
        let fields = [("channel", channel.as_str()), ("id", id), ("reason", &long)];
        let bad = [&[("do", "reject")], &fields[..]].concat();
        let bad = send(&place, place.owner, &bad).await;
        assert_eq!(bad.status, 400, "{}", bad.body);
        for said in [
            format!("id=\"reason-{id}-error\""),
            format!("{long}</textarea>"),
        ] {
            assert!(bad.body.contains(&said), "{said}: {}", bad.body);
        }
        let fields = [
            ("do", verb),
            ("channel", &channel),
            ("id", id),
            ("reason", "Not <now>"),
            ("key", "ffeeddccbbaa99887766554433221100"),
        ];
        for _ in 0..2 {
            let decided = send(&place, place.owner, &fields).await;
            let to = format!("{uri}&done={done}");
            assert_eq!(led_to(&decided), (303, to.as_str()), "{}", decided.body);
        }
        let late = send(&place, place.owner, &fields[..4]).await;
        assert_eq!(late.status, 409, "{}", late.body);
        let past = place.site.get_as(place.guest, "/inbox/past").await;
        let says = past.body.contains("They wrote: Not &lt;now&gt;");
        assert!(says, "{}", past.body);
    }
    let members = place.world.channels.members(place.channel);
    assert!(members.contains(&place.guest));
}

async fn nobody_else_sees_who_asks(backend: Backend) {
    let place = Place::new(backend);
    let group = place.group().await;
    let asked = place.ask(&format!("chn_{}", place.channel)).await;
    place.ask(&group).await;
    let id = asked.trim_start_matches("req_");
    let stranger = place.world.users.account("stranger");
    for uri in [
        "/requests?channel=1",
        "/requests?channel=99",
        "/requests?group=1",
        "/requests?namespace=1",
        "/requests?channel=%3Cb%3E",
        "/requests",
    ] {
        let page = place.site.get_as(stranger, uri).await;
        assert_eq!(page.status, 404, "{uri}: {}", page.body);
        assert!(!page.body.contains("guest"), "{}", page.body);
    }
    let own = place.site.get_as(place.owner, "/requests?group=1").await;
    assert!(own.body.contains("guest"), "{}", own.body);
    for verb in ["approve", "reject"] {
        let fields = [("do", verb), ("channel", "1"), ("id", id)];
        let refused = send(&place, stranger, &fields).await;
        assert_eq!(refused.status, 404, "{verb}: {}", refused.body);
    }
    for fields in [
        [("do", "fly"), ("channel", "1"), ("id", id)],
        [("do", "approve"), ("channel", "x"), ("id", id)],
        [("do", "approve"), ("channel", "1"), ("id", MARKUP)],
    ] {
        let odd = send(&place, place.owner, &fields).await;
        assert_eq!(odd.status, 400, "{}", odd.body);
        assert!(!odd.body.contains(MARKUP), "{}", odd.body);
    }
    let fields = [("do", "approve"), ("channel", "1"), ("id", id)];
    let foreign = TestRequest::post().uri("/requests").set_form(fields);
    let foreign = foreign.insert_header(("origin", "https://evil.example"));
    let foreign = foreign.insert_header(place.site.cookie(place.owner));
    assert_eq!(place.site.send(foreign).await.status, 403);
    let page = place.site.get_as(place.owner, "/requests?channel=1").await;
    assert!(page.body.contains("guest"), "{}", page.body);
}
