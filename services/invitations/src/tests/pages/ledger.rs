//! Everybody's invitations, on a page for super users.

use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::invite::Place;

both_databases!(all_are_found_by_what_is_known_of_them);

const PAGE: &str = "/admin/invitations";

async fn all_are_found_by_what_is_known_of_them(backend: Backend) {
    let place = Place::new(backend);
    let chief = place.world.users.super_user("chief");
    let (_, first) = place.link(&[("label", "Spring <b>")]).await;
    let (_, second) = place.link(&[]).await;
    let withdraw = [("do", "withdraw")];
    let gone = format!("/invitations/{second}");
    let answer = place.send(place.owner, &gone, &withdraw).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let shown = async |query: &str| place.open(chief, &format!("{PAGE}{query}")).await;
    let channel = format!("?target=chn_{}", place.channel);
    let both = [first.as_str(), second.as_str()];
    for (query, found) in [
        ("", &both[..]),
        (&channel, &both),
        ("?maker=OWNER", &both),
        ("?kind=channel&state=open", &both[..1]),
        ("?state=withdrawn", &both[1..]),
        ("?label=Spring+%3Cb%3E", &both[..1]),
        ("?label=Spring", &[]),
        ("?kind=group", &[]),
        ("?maker=chief", &[]),
        ("?recipient=owner", &[]),
        ("?target=grp_1", &[]),
    ] {
        let page = shown(query).await;
        assert_eq!((page.status, heading(&page)), (200, "All invitations"));
        for id in both {
            let link = format!("href=\"/invitations/{id}\"");
            let is_there = page.body.contains(&link);
            assert_eq!(is_there, found.contains(&id), "{id} {query}: {}", page.body);
        }
        assert!(!page.body.contains("<b>"), "{}", page.body);
    }
    // It is a super user's to look after.
    assert_eq!(
        place
            .open(chief, &format!("/invitations/{first}"))
            .await
            .status,
        200
    );
    for (query, said) in [
        ("?maker=nobody", "Nobody is called so."),
        ("?recipient=nobody", "Nobody is called so."),
        ("?target=7", "This is no id such as chn_3."),
        ("?state=x", "Choose one of these."),
        ("?kind=x", "Choose one of these."),
    ] {
        let page = shown(query).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.body.contains(said), "{query}: {}", page.body);
    }
    let older = shown(&format!(
        "?after={}&maker=owner",
        second.trim_start_matches("inv_")
    ))
    .await;
    assert!(
        older.body.contains(&first) && !older.body.contains(&second),
        "{}",
        older.body
    );
    assert!(
        older
            .body
            .contains("href=\"/admin/invitations?maker=owner\""),
        "{}",
        older.body
    );
    // To all others it is not there.
    assert_eq!(place.open(place.owner, PAGE).await.status, 404);
}
