//! Who somebody is to a link that they open, and what of it is theirs to read.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::heading;
use super::landing::{KEY, Place};

both_databases!(
    whoever_was_taken_out_is_not_told_that_they_are_in,
    the_maker_of_a_link_finds_its_story,
    what_is_for_one_person_is_nobody_elses_to_read,
    how_long_one_is_in_is_told_before_and_after,
    what_was_typed_outlives_the_session,
);

async fn whoever_was_taken_out_is_not_told_that_they_are_in(backend: Backend) {
    let place = Place::new(backend);
    let john = place.world.users.account("John");
    let (_, once) = place.link(place.channel_grant(), json!({})).await;
    let (_, often) = place
        .link(place.channel_grant(), json!({"max_uses": 3}))
        .await;
    assert_eq!(place.accept(john, &once, KEY).await.status, 303);
    let inside = place.site.get_as(john, &once).await;
    assert_eq!((inside.status, heading(&inside)), (200, "You are in"));
    // In by another way: nobody says that this link was it.
    let other = place.accept(john, &often, "00").await;
    assert_eq!((other.status, heading(&other)), (200, "You are in"));
    assert!(other.body.contains("by another way"), "{}", other.body);
    place.world.channels.leave(place.channel, john);
    let outside = place.site.get_as(john, &once).await;
    assert_eq!(
        (outside.status, heading(&outside)),
        (410, "You are not in any more")
    );
    assert!(outside.body.contains("Ask whoever"), "{}", outside.body);
    // What is good for more lets them in again, and says what happened.
    assert_eq!(place.accept(john, &often, KEY).await.status, 303);
    place.world.channels.leave(place.channel, john);
    let again = place.site.get_as(john, &often).await;
    assert_eq!((again.status, heading(&again)), (200, "owner invites you"));
    for said in ["You are not in any more", ">Accept</button>"] {
        assert!(again.body.contains(said), "{said}: {}", again.body);
    }
}

async fn the_maker_of_a_link_finds_its_story(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let story = format!("href=\"/invitations/{id}\"");
    let page = place.site.get_as(place.owner, &path).await;
    assert_eq!((page.status, heading(&page)), (200, "This is your link"));
    assert!(page.body.contains("channel 1"), "{}", page.body);
    assert!(!page.body.contains(">Accept<"), "{}", page.body);
    assert!(page.body.contains(&story), "{}", page.body);
    // Also when it has ended, and by the address of old.
    let uri = format!("/v1/invitations/{id}/revoke");
    let revoked = place.site.post_as(place.owner, &uri, json!({})).await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    let old = path.replace("/i/", "/register?t=");
    let page = place.site.get_as(place.owner, &old).await;
    assert_eq!((page.status, heading(&page)), (200, "This is your link"));
    assert!(page.body.contains(&story), "{}", page.body);
    assert!(!page.body.contains("channel 1"), "{}", page.body);
}

async fn what_is_for_one_person_is_nobody_elses_to_read(backend: Backend) {
    let place = Place::new(backend);
    let anna = place.world.users.account("Johanna");
    let more = json!({
        "audience": {"type": "account", "account": format!("acc_{anna}")}, "message": "Secret word",
    });
    let (_, path) = place.link(place.channel_grant(), more).await;
    for uri in [path.clone(), path.replace("/i/", "/register?t=")] {
        let page = place.site.get(&uri).await;
        assert_eq!(
            (page.status, heading(&page)),
            (200, "This invitation is for one person")
        );
        for hidden in ["channel 1", "owner", "Johanna", "J***a", "Secret word"] {
            assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
        }
        assert!(page.body.contains("somebody here"), "{}", page.body);
        let back = format!("href=\"/login?next={}\"", path.replace('=', "%3D"));
        assert!(page.body.contains(&back), "{}", page.body);
    }
}

async fn how_long_one_is_in_is_told_before_and_after(backend: Backend) {
    let place = Place::new(backend);
    let john = place.world.users.account("John");
    let mut grant = place.channel_grant();
    grant["ends_after"] = json!("P30D");
    let audience = json!({"audience": {"type": "account", "account": format!("acc_{john}")}});
    let (id, path) = place.link(grant, audience).await;
    let said = "For 30 days from the moment of coming in";
    for page in [
        place.site.get_as(john, &path).await,
        place.site.get_as(john, "/inbox").await,
        place
            .site
            .get_as(place.owner, &format!("/invitations/{id}"))
            .await,
        place.site.get_as(place.owner, &path).await,
    ] {
        assert!(page.body.contains(said), "{}", page.body);
    }
    let list = place.site.get_as(place.owner, "/invitations").await;
    assert!(
        list.body.contains("Channel “channel 1” (30 days)"),
        "{}",
        list.body
    );
}

async fn what_was_typed_outlives_the_session(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let send = async |uri: &str, fields: &[(&str, &str)]| {
        let request = TestRequest::post().uri(uri).set_form(fields);
        let request = request.insert_header(("origin", "https://chat.example"));
        place.site.send(request).await
    };
    let typed = ("message", "Come <in>, all");
    let story = format!("/invitations/{id}");
    for (uri, fields) in [
        ("/invite", &[("key", KEY), ("uses", "3"), typed][..]),
        (&story, &[("do", "edit"), typed]),
        (&path, &[("do", "ask"), typed]),
    ] {
        let page = send(uri, fields).await;
        assert_eq!(
            (page.status, heading(&page)),
            (401, "You are signed out"),
            "{uri}"
        );
        for (name, value) in fields {
            let value = value.replace('<', "&lt;").replace('>', "&gt;");
            let kept = format!("name=\"{name}\" value=\"{value}\"");
            assert!(page.body.contains(&kept), "{kept}: {}", page.body);
        }
        let action = format!("action=\"{uri}?form=");
        assert!(page.body.contains(&action), "{}", page.body);
    }
    // Of a button alone there is nothing to be kept.
    let pressed = send(&story, &[("do", "withdraw"), ("key", KEY)]).await;
    let back = format!("/login?next={story}");
    assert_eq!(
        (pressed.status, pressed.header(&LOCATION)),
        (303, back.as_str())
    );
}
