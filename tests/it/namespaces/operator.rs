//! `latchkey admin namespace …` and `admin invite show` with the id of an invite

use latchkey_testing::{Backend, every_shape};

use super::client::Holder;
use crate::house::house;

async fn the_story_of_an_invite_is_told(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    let space = owner.namespace().await;
    let story = |path: &str| {
        let id = path.rsplit('/').next().unwrap();
        let shown = house.stack.admin(&["invite", "show", id], "");
        assert!(shown.status.success(), "{shown:?}");
        shown.stdout
    };
    let rejected = owner.invites(&space, &guest).await;
    drop(guest.delete(&rejected).await.expect(204));
    let withdrawn = owner.invites(&space, &guest).await;
    drop(owner.delete(&withdrawn).await.expect(204));
    let accepted = owner.invites(&space, &guest).await;
    drop(guest.patch(&accepted).await.ok(200));
    for (path, state) in [
        (&rejected, "declined"),
        (&withdrawn, "withdrawn"),
        (&accepted, "accepted"),
    ] {
        let told = story(path);
        for part in [
            &format!("made by     {}", owner.name()),
            &format!("made for    {}", guest.name()),
            &format!("state       {state}"),
            "into        namespace",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        let let_in = if state == "accepted" {
            guest.name()
        } else {
            "nobody"
        };
        assert!(told.contains(&format!("let in      {let_in}")), "{told}");
    }
}

async fn the_operator_makes_whole_paths(backend: Backend) {
    let house = house(backend);
    let owner = Holder::new(house).await;
    let create = [
        "namespace",
        "create",
        "--owner",
        owner.name(),
        "--path",
        "one/two",
    ];
    let number = house.stack.admin(&create, "").last_line();
    let found = owner.get(&owner.at("one/two")).await.ok(200);
    assert_eq!(found["id"].to_string(), number);
    assert_eq!(found["parent"]["path"], "one");
    let again = house.stack.admin(&create, "");
    assert!(
        !again.status.success() && !again.stderr.is_empty(),
        "{again:?}"
    );
}

every_shape!(
    the_story_of_an_invite_is_told,
    the_operator_makes_whole_paths,
);
