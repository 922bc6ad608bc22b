//! Namespaces on pages: who sees what of them, and what their forms do.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::invite::{KEY, MARKUP, Place};
use crate::tests::site::Answer;

both_databases!(
    a_tree_is_made_and_looked_after,
    what_is_private_is_nobodys_to_see,
    somebody_is_invited_and_answers,
    somebody_asks_and_the_owner_decides,
    forms_come_back_with_what_was_typed,
    programs_keep_their_calls,
);

const TREE: &str = "/namespaces/owner/djinn";

fn led(answer: &Answer) -> (u16, String) {
    (answer.status, answer.header(&LOCATION).to_owned())
}

async fn tree(place: &Place, seen: &str) {
    let fields = [
        ("key", KEY),
        ("name", "djinn"),
        ("seen", seen),
        ("about", MARKUP),
    ];
    let made = place.send(place.owner, "/namespaces/new", &fields).await;
    assert_eq!(
        led(&made),
        (303, format!("{TREE}?done=made")),
        "{}",
        made.body
    );
}

/// The number of the first button after `mark`.
fn number(page: &Answer, mark: &str) -> String {
    let (_, rest) = page
        .body
        .split_once(mark)
        .unwrap_or_else(|| panic!("no {mark} in {}", page.body));
    let (_, rest) = rest.split_once("name=\"id\" value=\"").expect("a button");
    rest.split_once('"').expect("its end").0.to_owned()
}

async fn a_tree_is_made_and_looked_after(backend: Backend) {
    let place = Place::new(backend);
    let none = place.open(place.owner, "/namespaces").await;
    assert_eq!((none.status, heading(&none)), (200, "Namespaces"));
    assert!(none.body.contains("You have no namespace yet"));
    tree(&place, "private").await;
    let again = [("key", KEY), ("name", "djinn")];
    let again = place.send(place.owner, "/namespaces/new", &again).await;
    assert_eq!(led(&again), (303, TREE.to_owned()));
    let page = place.open(place.owner, TREE).await;
    assert_eq!((page.status, heading(&page)), (200, "djinn"));
    for said in ["&lt;script&gt;", "yours", "private", "Nobody but you."] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains(MARKUP), "{}", page.body);
    let making = place.open(place.owner, "/namespaces/new?in=djinn").await;
    assert_eq!(heading(&making), "Make a namespace in djinn");
    assert!(!making.body.contains("name=\"seen\""), "{}", making.body);
    let child = [("in", "djinn"), ("name", "lamp")];
    let child = place.send(place.owner, "/namespaces/new", &child).await;
    assert_eq!(led(&child), (303, format!("{TREE}/lamp?done=made")));
    let page = place.open(place.owner, TREE).await;
    assert!(page.body.contains(&format!("href=\"{TREE}/lamp\"")));
    let found = place.open(place.owner, "/namespaces?q=LAM").await;
    assert!(found.body.contains(">djinn/lamp</a>"), "{}", found.body);
    assert!(!found.body.contains(">djinn</a>"), "{}", found.body);
    let edit = [("do", "edit"), ("about", "Wishes"), ("seen", "public")];
    let edited = place.send(place.owner, TREE, &edit).await;
    assert_eq!(led(&edited), (303, format!("{TREE}?done=saved")));
    let stranger = place.world.users.account("stranger");
    let page = place.open(stranger, &format!("{TREE}/lamp")).await;
    assert_eq!((page.status, heading(&page)), (200, "djinn/lamp"));
    assert!(page.body.contains("of owner"), "{}", page.body);
    let deleted = place.send(place.owner, TREE, &[("do", "delete")]).await;
    assert_eq!(led(&deleted), (303, "/namespaces?done=deleted".to_owned()));
    assert_eq!(place.open(stranger, TREE).await.status, 404);
}

async fn what_is_private_is_nobodys_to_see(backend: Backend) {
    let place = Place::new(backend);
    tree(&place, "private").await;
    let stranger = place.world.users.account("stranger");
    for uri in [TREE, "/namespaces/nobody/djinn", "/namespaces/owner/x/../y"] {
        let page = place.open(stranger, uri).await;
        assert_eq!(
            (page.status, heading(&page)),
            (404, "There is no such namespace"),
            "{uri}"
        );
    }
    let answers = [
        ("ask", ""),
        ("invite", ""),
        ("edit", ""),
        ("delete", ""),
        ("remove", "1"),
    ];
    for seen in ["private", "public"] {
        let edit = [("do", "edit"), ("seen", seen)];
        place.send(place.owner, TREE, &edit).await;
        for (verb, id) in answers {
            if (verb, seen) == ("ask", "public") {
                continue;
            }
            let fields = [("do", verb), ("id", id), ("person", "owner")];
            let answer = place.send(stranger, TREE, &fields).await;
            assert_eq!(answer.status, 404, "{seen} {verb}: {}", answer.body);
        }
        for verb in [
            "accept",
            "decline",
            "take-back",
            "approve",
            "reject",
            "withdraw",
        ] {
            let answer = place
                .send(stranger, TREE, &[("do", verb), ("id", "1")])
                .await;
            assert!(
                matches!(answer.status, 404 | 409),
                "{verb}: {}",
                answer.body
            );
        }
    }
    let page = place.open(stranger, TREE).await;
    for hidden in ["Who works in it", "value=\"delete\"", "value=\"invite\""] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    // A page of another site presses no button, and neither does whoever is signed out.
    let form = || TestRequest::post().uri(TREE).set_form([("do", "delete")]);
    let foreign = form().insert_header(("origin", "https://evil.example"));
    let foreign = foreign.insert_header(place.site.cookie(place.owner));
    assert_eq!(place.site.send(foreign).await.status, 403);
    let out = place.site.send(form()).await;
    assert_eq!(led(&out), (303, format!("/login?next={TREE}")));
    assert_eq!(place.open(place.owner, TREE).await.status, 200);
}

async fn somebody_is_invited_and_answers(backend: Backend) {
    let place = Place::new(backend);
    tree(&place, "private").await;
    let anna = place.world.users.account("Anna");
    let offer = [("do", "invite"), ("person", "anna")];
    for (verb, done) in [("decline", "no"), ("accept", "done=joined")] {
        let invited = place.send(place.owner, TREE, &offer).await;
        assert_eq!(led(&invited), (303, format!("{TREE}?done=invited")));
        let twice = place.send(place.owner, TREE, &offer).await;
        assert!(twice.body.contains("are invited already"), "{}", twice.body);
        let page = place.open(place.owner, TREE).await;
        let id = number(&page, ">Anna</h3>");
        let inbox = place.open(anna, "/inbox").await;
        assert!(inbox.body.contains("the namespace “djinn”"));
        // What is private is not seen before one is in: it is answered in the inbox, or by its form.
        let answer = place.send(anna, TREE, &[("do", verb), ("id", &id)]).await;
        let (status, to) = led(&answer);
        assert_eq!(status, 303, "{}", answer.body);
        assert!(to.ends_with(done), "{to}");
    }
    let page = place.open(anna, TREE).await;
    assert!(
        page.body.contains("You work in this tree."),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Who works in it"), "{}", page.body);
    place.world.users.calls.asked();
    let page = place.open(place.owner, TREE).await;
    assert_eq!(place.world.users.calls.asked(), ["by-ids"]);
    let id = number(&page, ">Anna</strong>");
    let out = place
        .send(place.owner, TREE, &[("do", "remove"), ("id", &id)])
        .await;
    assert_eq!(led(&out), (303, format!("{TREE}?done=removed")));
    assert_eq!(place.open(anna, TREE).await.status, 404);
    let late = place
        .send(place.owner, TREE, &[("do", "remove"), ("id", &id)])
        .await;
    assert_eq!(late.status, 409, "{}", late.body);
    // An invitation is taken back.
    place.send(place.owner, TREE, &offer).await;
    let page = place.open(place.owner, TREE).await;
    let id = number(&page, ">Anna</h3>");
    let back = [("do", "take-back"), ("id", id.as_str())];
    let back = place.send(place.owner, TREE, &back).await;
    assert_eq!(led(&back), (303, format!("{TREE}?done=back")));
}

async fn somebody_asks_and_the_owner_decides(backend: Backend) {
    let place = Place::new(backend);
    tree(&place, "internal").await;
    let anna = place.world.users.account("Anna");
    let ask = [("do", "ask"), ("message", MARKUP)];
    for (verb, done) in [("reject", "no"), ("approve", "in")] {
        let asked = place.send(anna, TREE, &ask).await;
        assert_eq!(led(&asked), (303, format!("{TREE}?done=asked")));
        assert_eq!(place.send(anna, TREE, &ask).await.status, 409);
        let own = place.open(anna, TREE).await;
        assert!(own.body.contains("wait for an answer"), "{}", own.body);
        let page = place.open(place.owner, TREE).await;
        assert!(page.body.contains("&lt;script&gt;"), "{}", page.body);
        assert!(!page.body.contains(MARKUP), "{}", page.body);
        let id = number(&page, ">Anna</h3>");
        let decided = place
            .send(place.owner, TREE, &[("do", verb), ("id", &id)])
            .await;
        assert_eq!(led(&decided), (303, format!("{TREE}?done={done}")));
        let late = place
            .send(anna, TREE, &[("do", "withdraw"), ("id", &id)])
            .await;
        assert_eq!(late.status, 409, "{}", late.body);
    }
    let page = place.open(anna, TREE).await;
    assert!(
        page.body.contains("You work in this tree."),
        "{}",
        page.body
    );
}

async fn forms_come_back_with_what_was_typed(backend: Backend) {
    let place = Place::new(backend);
    tree(&place, "internal").await;
    let long = "x".repeat(1_001);
    let anna = place.world.users.account("Anna");
    for (to, who, fields, said) in [
        (
            "/namespaces/new",
            place.owner,
            &[("name", "a b"), ("about", "Typed")][..],
            ["id=\"name-error\"", ">Typed</textarea>"],
        ),
        (
            "/namespaces/new",
            place.owner,
            &[("name", "other"), ("seen", "zz")],
            ["id=\"seen-error\"", "value=\"other\""],
        ),
        (
            "/namespaces/new",
            place.owner,
            &[("name", "other"), ("in", "nothing")],
            ["is not there, or lies too deep", "value=\"nothing\""],
        ),
        (
            TREE,
            place.owner,
            &[("do", "edit"), ("about", &long)],
            ["<details open>", "id=\"about-error\""],
        ),
        (
            TREE,
            place.owner,
            &[("do", "invite"), ("person", MARKUP)],
            ["There is nobody of this name", "value=\"&lt;script"],
        ),
        (
            TREE,
            place.owner,
            &[("do", "invite"), ("person", "owner")],
            ["It is yours already.", "id=\"person-error\""],
        ),
        (
            TREE,
            anna,
            &[("do", "ask"), ("message", &long)],
            ["id=\"message-error\"", "xxx</textarea>"],
        ),
        (TREE, anna, &[("do", "fly")], ["<h1>", "not arrive whole"]),
        (
            TREE,
            place.owner,
            &[("do", "remove"), ("id", MARKUP)],
            ["<h1>", "not arrive whole"],
        ),
    ] {
        let answer = place.send(who, to, fields).await;
        assert_eq!(answer.status, 400, "{fields:?}: {}", answer.body);
        for said in said {
            assert!(answer.body.contains(said), "{said}: {}", answer.body);
        }
        assert!(!answer.body.contains(MARKUP), "{}", answer.body);
    }
}

/// Pages stand beside the calls of the contract at the same path, and what programs send there stays theirs.
async fn programs_keep_their_calls(backend: Backend) {
    let place = Place::new(backend);
    let program = |request: TestRequest| request.uri("/namespaces");
    let list = program(TestRequest::get()).insert_header(("accept", "*/*"));
    let list = place.site.send(list).await;
    assert_eq!(list.status, 404, "{}", list.body);
    assert!(list.json().is_object());
    // `curl -d` gives a text a form's type.
    let made = program(TestRequest::post())
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("{\"name\": \"djinn\"}");
    let made = place.site.send(made).await;
    assert_eq!(made.status, 404, "{}", made.body);
    assert!(made.json().is_object());
    let nothing = TestRequest::get().uri("/namespaces/owner/djinn");
    let nothing = place.site.send(nothing).await;
    assert_eq!(nothing.status, 404, "{}", nothing.body);
    assert!(nothing.json().is_object());
}
