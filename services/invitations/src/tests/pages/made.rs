//! Looking after what one has made, on a page.

use actix_web::http::header::LOCATION;
use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::invite::{KEY, MARKUP, Place};
use crate::tests::site::Answer;

both_databases!(
    rows_are_told_apart,
    an_invitation_is_looked_after,
    those_of_others_are_nobodys_business,
);

async fn an_invitation_is_looked_after(backend: Backend) {
    let place = Place::new(backend);
    let none = place.open(place.owner, "/invitations").await;
    assert!(
        none.body.contains("You have invited nobody yet."),
        "{}",
        none.body
    );
    let (link, id) = place.link(&[("message", MARKUP), ("end", "week")]).await;
    let guest = place.world.users.account("Guest");
    let came = place.send(guest, &link, &[]).await;
    assert_eq!(came.status, 303, "{}", came.body);
    let list = place.open(place.owner, "/invitations?state=open").await;
    assert!(list.body.contains("Channel “channel 1”"), "{}", list.body);
    assert!(list.body.contains("1 of 3 used, ends in"), "{}", list.body);
    let one = format!("/invitations/{id}");
    let page = place.open(place.owner, &one).await;
    for said in ["Guest · ", "Guest came in", "&lt;script&gt;", "1 of 3 used"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("<script"), "{}", page.body);
    let led = |answer: &Answer| (answer.status, answer.header(&LOCATION).to_owned());
    let here = (303, one.clone());
    // Fewer, longer, other words.
    let edit = [
        ("do", "edit"),
        ("uses", "2"),
        ("end", "month"),
        ("message", "Hello"),
    ];
    assert_eq!(led(&place.send(place.owner, &one, &edit).await), here);
    let page = place.open(place.owner, &one).await;
    for said in ["1 of 2 used, ends in 29 days", "Hello"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    for (uses, said) in [
        ("0", "This must be a number"),
        ("x", "This must be a number"),
    ] {
        let bad = place
            .send(place.owner, &one, &[("do", "edit"), ("uses", uses)])
            .await;
        assert_eq!(bad.status, 400);
        assert!(bad.body.contains(said), "{}", bad.body);
    }
    let bad = [
        ("do", "edit"),
        ("uses", "3"),
        ("end", "zz"),
        ("message", "Typed"),
    ];
    let bad = place.send(place.owner, &one, &bad).await;
    assert_eq!(bad.status, 400);
    for said in [
        "id=\"end-error\"",
        "<details open>",
        ">Typed</textarea>",
        "value=\"3\"",
    ] {
        assert!(bad.body.contains(said), "{said}: {}", bad.body);
    }
    let page = place.open(place.owner, &one).await;
    assert!(page.body.contains("ends in 29 days"), "{}", page.body);
    // A further link, and the end of the first one.
    let more = place
        .send(place.owner, &one, &[("do", "new-link"), ("key", KEY)])
        .await;
    assert_eq!((more.status, heading(&more)), (200, "The link is made"));
    let end = [("do", "end-link"), ("secret", "1")];
    assert_eq!(led(&place.send(place.owner, &one, &end).await), here);
    assert_eq!(place.site.get(&link).await.status, 410);
    let page = place.open(place.owner, &one).await;
    assert!(page.body.contains("Link 1: taken back"), "{}", page.body);
    assert!(page.body.contains("by link 1"), "{}", page.body);
    // Anew, and taken back.
    let renewed = place.send(place.owner, &one, &[("do", "renew")]).await;
    let (status, newer) = led(&renewed);
    assert!(status == 303 && newer != one, "{newer}");
    let again = place.send(place.owner, &one, &[("do", "renew")]).await;
    assert_eq!(again.status, 409);
    assert!(
        again.body.contains("It was renewed before"),
        "{}",
        again.body
    );
    let withdrawn = place.send(place.owner, &newer, &[("do", "withdraw")]).await;
    assert_eq!(led(&withdrawn), (303, newer.clone()));
    let late = place.send(place.owner, &newer, &[("do", "withdraw")]).await;
    assert_eq!(late.status, 409, "{}", late.body);
    let ended = place.open(place.owner, "/invitations?state=ended").await;
    assert_eq!(ended.body.matches("<article").count(), 2, "{}", ended.body);
    let open = place.open(place.owner, "/invitations?state=open").await;
    assert!(open.body.contains("There are none."), "{}", open.body);
    let odd = place.send(place.owner, &newer, &[("do", MARKUP)]).await;
    assert_eq!(odd.status, 400, "{}", odd.body);
}

async fn rows_are_told_apart(backend: Backend) {
    let place = Place::new(backend);
    place.world.users.account("Guest");
    place
        .link(&[("label", " For <fairs> "), ("end", "never")])
        .await;
    for recipient in ["some@x.example", "Guest"] {
        let fields = [("channel", "1"), ("uses", "1"), ("recipient", recipient)];
        let made = place.send(place.owner, "/invite", &fields).await;
        assert_eq!((made.status, heading(&made)), (200, "The link is made"));
    }
    place.world.users.calls.asked();
    let list = place.open(place.owner, "/invitations").await;
    for said in [
        ">For &lt;fairs&gt;</a>",
        "<p class=\"quiet\">Channel “channel 1”</p>",
        "0 of 3 used, no end is set",
        "For Guest",
        "For some@x.example",
        "0 of 1 used, ends in 6 days",
    ] {
        assert!(list.body.contains(said), "{said}: {}", list.body);
    }
    assert_eq!(place.world.users.calls.asked(), ["by-ids"]);
    let one = place.open(place.owner, "/invitations/inv_3").await;
    assert!(one.body.contains("For Guest"), "{}", one.body);
}

async fn those_of_others_are_nobodys_business(backend: Backend) {
    let place = Place::new(backend);
    let (_, id) = place.link(&[]).await;
    let guest = place.world.users.account("guest");
    for path in [&id, "inv_999", "x", "%3Cscript%3E"] {
        let uri = format!("/invitations/{path}");
        let page = place.open(guest, &uri).await;
        assert_eq!(
            (page.status, heading(&page)),
            (404, "There is no such invitation of yours."),
            "{path}"
        );
        assert!(!page.body.contains("channel 1"), "{}", page.body);
    }
    let one = format!("/invitations/{id}");
    for verb in ["edit", "renew", "withdraw", "new-link", "end-link"] {
        let fields = [("do", verb), ("uses", "1"), ("secret", "1")];
        let answer = place.send(guest, &one, &fields).await;
        assert!(
            matches!(answer.status, 303 | 404),
            "{verb}: {}",
            answer.body
        );
    }
    let shown = place
        .site
        .get_as(place.owner, &format!("/v1/invitations/{id}"))
        .await;
    assert_eq!(shown.json()["state"], "open");
    let secrets = format!("/v1/invitations/{id}/secrets");
    let secrets = place.site.get_as(place.owner, &secrets).await.json();
    assert!(secrets["data"][0]["revoked_at"].is_null(), "{secrets}");
    assert_eq!(secrets["data"].as_array().unwrap().len(), 1);
}
