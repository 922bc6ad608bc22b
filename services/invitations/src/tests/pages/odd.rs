//! Forms that say what no page of ours has to choose, and what a form asks of others.

use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::invite::{KEY, MARKUP, Place};

both_databases!(
    what_is_no_choice_is_refused_beside_its_field,
    whose_name_it_is_is_asked_once,
);

async fn what_is_no_choice_is_refused_beside_its_field(backend: Backend) {
    let place = Place::new(backend);
    let long = "x".repeat(101);
    for odd in [
        ("end", "zz"),
        ("asks", "zz"),
        ("account", "zz"),
        ("channel", "zz"),
        ("group", MARKUP),
        ("namespace", "1x"),
        ("admin", "zz"),
        ("may", "1:fly"),
        ("label", long.as_str()),
    ] {
        let fields = [
            ("key", KEY),
            ("channel", "1"),
            ("uses", "1"),
            ("message", "Come <in>"),
            odd,
        ];
        let answer = place.send(place.owner, "/invite", &fields).await;
        assert_eq!(
            (answer.status, heading(&answer)),
            (400, "Invite somebody"),
            "{odd:?}"
        );
        let said = match odd.0 {
            "label" => "100 characters at most",
            _ => "not to be chosen here",
        };
        assert_eq!(answer.body.matches(said).count(), 1, "{}", answer.body);
        assert!(answer.body.contains(">Come &lt;in&gt;</textarea>"));
        assert!(!answer.body.contains("<script"), "{}", answer.body);
    }
    let list = place.site.get_as(place.owner, "/v1/invitations").await;
    assert_eq!(list.json()["data"].as_array().unwrap().len(), 0);
}

async fn whose_name_it_is_is_asked_once(backend: Backend) {
    let place = Place::new(backend);
    let guest = place.world.users.account("Guest");
    place.world.users.calls.asked();
    let fields = [("channel", "1"), ("uses", "1"), ("recipient", "Guest")];
    let made = place.send(place.owner, "/invite", &fields).await;
    assert_eq!((made.status, heading(&made)), (200, "The link is made"));
    assert_eq!(place.world.users.calls.asked(), ["by-username"]);
    assert!(place.open(guest, "/inbox").await.body.contains("<article"));
}
