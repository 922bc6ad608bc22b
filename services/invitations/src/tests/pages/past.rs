//! What was answered or has ended, on a page.

use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::heading;
use super::inbox::{MARKUP, Place};

both_databases!(
    what_was_answered_stands_behind_the_inbox,
    a_long_past_goes_on,
);

async fn what_was_answered_stands_behind_the_inbox(backend: Backend) {
    let place = Place::new(backend);
    let none = place.site.get_as(place.guest, "/inbox/past").await;
    assert_eq!((none.status, heading(&none)), (200, "What was"));
    assert!(none.body.contains("Nothing yet"), "{}", none.body);
    let group = place.group().await;
    let declined = place.offer(place.channel_grant()).await;
    place.press(place.guest, &declined, "decline", "").await;
    let accepted = place.offer(json!({"type": "group", "group": group})).await;
    place.press(place.guest, &accepted, "accept", "").await;
    let target = format!("chn_{}", place.channel);
    let rejected = place.ask(&target).await;
    let reject = format!("/v1/join-requests/{rejected}/reject");
    let because = json!({"reason": "Not <now>"});
    let no = place.site.post_as(place.owner, &reject, because).await;
    assert_eq!(no.status, 200, "{}", no.body);
    let withdrawn = place.ask(&target).await;
    place.press(place.guest, &withdrawn, "withdraw", "").await;
    // What waits is not over.
    place.ask(&target).await;
    let inbox = place.site.get_as(place.guest, "/inbox").await;
    assert!(inbox.body.contains("href=\"/inbox/past\""));
    let page = place.site.get_as(place.guest, "/inbox/past").await;
    assert_eq!(page.body.matches("<article").count(), 4, "{}", page.body);
    for said in [
        "owner invites you into the channel “channel 1”",
        "you declined",
        "owner invites you into the group “Futsal”",
        "you came in",
        "You ask to come into the channel “channel 1”",
        "they said no",
        "They wrote: Not &lt;now&gt;",
        "you took it back",
        "&lt;script&gt;",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains(MARKUP), "{}", page.body);
    // It is theirs alone.
    let owners = place.site.get_as(place.owner, "/inbox/past").await;
    assert!(!owners.body.contains("<article"), "{}", owners.body);
    let out = place.site.get("/inbox/past").await;
    assert_eq!(out.status, 303);
    // What is gone is told so.
    place.world.channels.close(place.channel);
    let page = place.site.get_as(place.guest, "/inbox/past").await;
    assert!(page.body.contains("something that is not there any more"));
}

async fn a_long_past_goes_on(backend: Backend) {
    let place = Place::new(backend);
    for _ in 0..27 {
        let id = place.offer(place.channel_grant()).await;
        place.press(place.guest, &id, "decline", "").await;
    }
    let first = place.site.get_as(place.guest, "/inbox/past").await;
    assert_eq!(first.body.matches("<article").count(), 25);
    let (_, rest) = first.body.split_once("href=\"/inbox/past?after=").unwrap();
    let after = rest.split_once('"').unwrap().0;
    let second = format!("/inbox/past?after={after}");
    let second = place.site.get_as(place.guest, &second).await;
    assert_eq!(second.body.matches("<article").count(), 2);
    assert!(!second.body.contains("after="), "{}", second.body);
    place.world.users.calls.asked();
    place.site.get_as(place.guest, "/inbox/past").await;
    assert_eq!(place.world.users.calls.asked(), ["by-ids"]);
}
