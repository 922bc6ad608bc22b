//! Groups on pages: who sees what of them, and what their forms do.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};

use super::heading;
use super::invite::{KEY, MARKUP, Place};
use crate::tests::site::Answer;

both_databases!(
    a_group_is_made_and_looked_after,
    somebody_asks_and_an_admin_decides,
    somebody_is_invited_and_answers,
    nobody_does_what_is_an_admins,
    a_group_always_has_an_admin,
    forms_come_back_with_what_was_typed,
    a_page_asks_users_once,
);

fn led(answer: &Answer) -> (u16, String) {
    (answer.status, answer.header(&LOCATION).to_owned())
}

/// Makes one; its page.
async fn group(place: &Place, name: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![("key", KEY), ("name", name)];
    fields.extend(more);
    let made = place.send(place.owner, "/groups", &fields).await;
    let (status, to) = led(&made);
    assert_eq!(status, 303, "{}", made.body);
    to.trim_end_matches("?done=made").to_owned()
}

/// What stands behind the name of a hidden member, the first of them after `mark`.
fn hidden(page: &Answer, mark: &str, name: &str) -> String {
    let (_, rest) = page
        .body
        .split_once(mark)
        .unwrap_or_else(|| panic!("no {mark} in {}", page.body));
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = rest.split_once(&start).expect("the member");
    rest.split_once('"').expect("its end").0.to_owned()
}

async fn press(
    place: &Place,
    who: UserId,
    uri: &str,
    (name, id): (&str, &str),
    verb: &str,
) -> (u16, String) {
    led(&place.send(who, uri, &[(name, id), ("do", verb)]).await)
}

async fn a_group_is_made_and_looked_after(backend: Backend) {
    let place = Place::new(backend);
    let none = place.open(place.owner, "/groups").await;
    assert_eq!((none.status, heading(&none)), (200, "Groups"));
    assert!(none.body.contains("You are in no group yet"));
    let uri = group(&place, "Futsal <b>", &[("about", MARKUP), ("accepts", "1")]).await;
    // The same form again makes no second one, and leads to the first.
    let again = [("key", KEY), ("name", "Futsal <b>"), ("about", "")];
    let again = place.send(place.owner, "/groups", &again).await;
    assert_eq!(led(&again), (303, uri.clone()));
    let page = place.open(place.owner, &format!("{uri}?done=made")).await;
    for said in [
        "The group is made.",
        "Futsal &lt;b&gt;",
        "&lt;script&gt;alert(1)",
        ">owner</strong>",
        ">admin</span>",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains(MARKUP), "{}", page.body);
    let list = place.open(place.owner, "/groups").await;
    assert!(list.body.contains(&format!("href=\"{uri}\"")));
    let edit = [("do", "edit"), ("name", "Indoor"), ("about", "Ball")];
    let edited = place.send(place.owner, &uri, &edit).await;
    assert_eq!(led(&edited), (303, format!("{uri}?done=saved")));
    let stranger = place.world.users.account("stranger");
    let page = place.open(stranger, &uri).await;
    for said in ["Indoor", "Ball", "This group takes no requests."] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let deleted = place.send(place.owner, &uri, &[("do", "delete")]).await;
    assert_eq!(led(&deleted), (303, "/groups?done=deleted".to_owned()));
    let gone = place.open(place.owner, &uri).await;
    assert_eq!(
        (gone.status, heading(&gone)),
        (404, "There is no such group")
    );
}

async fn somebody_asks_and_an_admin_decides(backend: Backend) {
    let place = Place::new(backend);
    let uri = group(&place, "Futsal", &[("accepts", "1")]).await;
    let anna = place.world.users.account("Anna");
    for (verb, done) in [("reject", "no"), ("approve", "in")] {
        let ask = [("do", "ask"), ("message", MARKUP)];
        let asked = place.send(anna, &uri, &ask).await;
        assert_eq!(led(&asked), (303, format!("{uri}?done=asked")));
        let twice = place.send(anna, &uri, &ask).await;
        assert_eq!(twice.status, 409, "{}", twice.body);
        assert!(twice.body.contains("wait for an answer"), "{}", twice.body);
        let page = place.open(place.owner, &uri).await;
        assert!(page.body.contains("Who asks to come in"), "{}", page.body);
        assert!(page.body.contains("&lt;script&gt;"), "{}", page.body);
        assert!(!page.body.contains(MARKUP), "{}", page.body);
        let id = hidden(&page, ">Anna</h3>", "request");
        let decided = press(&place, place.owner, &uri, ("request", &id), verb).await;
        assert_eq!(decided, (303, format!("{uri}?done={done}")));
        let late = press(&place, place.owner, &uri, ("request", &id), verb).await;
        assert_eq!(late.0, 409);
    }
    let page = place.open(anna, &uri).await;
    assert!(page.body.contains(">you</span>"), "{}", page.body);
    let mine = place.open(anna, "/groups").await;
    assert!(!mine.body.contains("You are in no group yet"));
    let id = hidden(&page, "<main>", "member");
    let left = press(&place, anna, &uri, ("member", &id), "leave").await;
    assert_eq!(left, (303, "/groups?done=left".to_owned()));
    // What one has asked is taken back.
    place.send(anna, &uri, &[("do", "ask")]).await;
    let page = place.open(anna, &uri).await;
    let id = hidden(&page, "wait for an answer", "request");
    let back = press(&place, anna, &uri, ("request", &id), "take-back").await;
    assert_eq!(back, (303, format!("{uri}?done=back")));
    let page = place.open(place.owner, &uri).await;
    assert!(!page.body.contains("Who asks to come in"), "{}", page.body);
}

async fn somebody_is_invited_and_answers(backend: Backend) {
    let place = Place::new(backend);
    let uri = group(&place, "Futsal", &[]).await;
    let anna = place.world.users.account("Anna");
    let invite = [("do", "invite"), ("person", " anna ")];
    for (verb, done) in [("decline", "no"), ("accept", "joined")] {
        let invited = place.send(place.owner, &uri, &invite).await;
        assert_eq!(led(&invited), (303, format!("{uri}?done=invited")));
        let twice = place.send(place.owner, &uri, &invite).await;
        assert_eq!(twice.status, 400, "{}", twice.body);
        for said in ["id=\"person-error\"", "are invited already"] {
            assert!(twice.body.contains(said), "{said}: {}", twice.body);
        }
        let inbox = place.open(anna, "/inbox").await;
        assert!(inbox.body.contains("the group “Futsal”"), "{}", inbox.body);
        let page = place.open(anna, &uri).await;
        let id = hidden(&page, "You are invited into this group", "request");
        let answered = press(&place, anna, &uri, ("request", &id), verb).await;
        assert_eq!(answered, (303, format!("{uri}?done={done}")));
    }
    let twice = place.send(place.owner, &uri, &invite).await;
    assert!(twice.body.contains("They are in already."));
    // What is offered is taken back, and whoever has blocked is told apart.
    place.world.users.account("Berta");
    let offer = [("do", "invite"), ("person", "Berta")];
    place.send(place.owner, &uri, &offer).await;
    let page = place.open(place.owner, &uri).await;
    let id = hidden(&page, ">Berta</h3>", "request");
    let back = press(&place, place.owner, &uri, ("request", &id), "take-back").await;
    assert_eq!(back, (303, format!("{uri}?done=back")));
}

async fn nobody_does_what_is_an_admins(backend: Backend) {
    let place = Place::new(backend);
    let uri = group(&place, "Futsal", &[("accepts", "1")]).await;
    let anna = place.world.users.account("Anna");
    let stranger = place.world.users.account("stranger");
    place.send(anna, &uri, &[("do", "ask")]).await;
    let page = place.open(place.owner, &uri).await;
    let request = hidden(&page, ">Anna</h3>", "request");
    let member = hidden(&page, "<main>", "member");
    let seen = place.open(stranger, &uri).await;
    for hidden in ["Anna", "do\" value=\"delete", "do\" value=\"invite"] {
        assert!(!seen.body.contains(hidden), "{hidden}: {}", seen.body);
    }
    for (verb, name, id) in [
        ("invite", "person", "owner"),
        ("approve", "request", request.as_str()),
        ("reject", "request", &request),
        ("take-back", "request", &request),
        ("member", "member", &member),
        ("remove", "member", &member),
        ("edit", "name", "Mine"),
        ("delete", "x", ""),
        ("remove", "member", MARKUP),
    ] {
        let answer = place
            .send(stranger, &uri, &[("do", verb), (name, id)])
            .await;
        assert!(
            matches!(answer.status, 403 | 409),
            "{verb}: {}",
            answer.body
        );
        assert!(!answer.body.contains(MARKUP), "{}", answer.body);
    }
    let odd = place.send(stranger, &uri, &[("do", "fly")]).await;
    assert_eq!(odd.status, 400, "{}", odd.body);
    // A page of another site presses no button, and neither does whoever is signed out.
    let form = || TestRequest::post().uri(&uri).set_form([("do", "delete")]);
    let foreign = form().insert_header(("origin", "https://evil.example"));
    let foreign = foreign.insert_header(place.site.cookie(place.owner));
    assert_eq!(place.site.send(foreign).await.status, 403);
    let out = place.site.send(form()).await;
    assert_eq!(led(&out), (303, format!("/login?next={uri}")));
    let page = place.open(place.owner, &uri).await;
    assert!(page.body.contains(">Anna</h3>"), "{}", page.body);
    for path in ["/groups/x", "/groups/%3Cscript%3E"] {
        assert_eq!(place.open(stranger, path).await.status, 404);
    }
}

async fn a_group_always_has_an_admin(backend: Backend) {
    let place = Place::new(backend);
    let uri = group(&place, "Futsal", &[]).await;
    let anna = place.world.users.account("Anna");
    let page = place.open(place.owner, &uri).await;
    let mine = hidden(&page, "<main>", "member");
    let last = place
        .send(place.owner, &uri, &[("do", "leave"), ("member", &mine)])
        .await;
    assert_eq!(last.status, 409);
    assert!(last.body.contains("A group has an admin"), "{}", last.body);
    let invite = [("do", "invite"), ("person", "Anna")];
    place.send(place.owner, &uri, &invite).await;
    let page = place.open(anna, &uri).await;
    let id = hidden(&page, "You are invited", "request");
    press(&place, anna, &uri, ("request", &id), "accept").await;
    let page = place.open(place.owner, &uri).await;
    let hers = hidden(&page, ">Anna</strong>", "member");
    let made = press(&place, place.owner, &uri, ("member", &hers), "admin").await;
    assert_eq!(made, (303, format!("{uri}?done=saved")));
    let left = press(&place, place.owner, &uri, ("member", &mine), "leave").await;
    assert_eq!(left, (303, "/groups?done=left".to_owned()));
    // She may take herself out no more than he could.
    let last = press(&place, anna, &uri, ("member", &hers), "leave").await;
    assert_eq!(last.0, 409);
}

async fn forms_come_back_with_what_was_typed(backend: Backend) {
    let place = Place::new(backend);
    let long = "x".repeat(1_001);
    let uri = group(&place, "Futsal", &[("accepts", "1")]).await;
    let anna = place.world.users.account("Anna");
    for (to, who, fields, said) in [
        (
            "/groups",
            place.owner,
            &[("name", "a/b"), ("about", "Typed")][..],
            ["id=\"name-error\"", ">Typed</textarea>"],
        ),
        (
            "/groups",
            place.owner,
            &[("name", "Other"), ("about", &long)],
            ["id=\"about-error\"", "value=\"Other\""],
        ),
        (
            "/groups",
            anna,
            &[("name", "futsal"), ("about", "Typed")],
            ["Another group has this name", ">Typed</textarea>"],
        ),
        (
            &uri,
            place.owner,
            &[("do", "edit"), ("name", ""), ("about", "Typed")],
            ["<details open>", ">Typed</textarea>"],
        ),
        (
            &uri,
            place.owner,
            &[("do", "invite"), ("person", MARKUP)],
            ["There is nobody of this name", "value=\"&lt;script"],
        ),
        (
            &uri,
            anna,
            &[("do", "ask"), ("message", &long)],
            ["id=\"message-error\"", "xxx</textarea>"],
        ),
    ] {
        let answer = place.send(who, to, fields).await;
        assert_eq!(answer.status, 400, "{fields:?}: {}", answer.body);
        for said in said {
            assert!(answer.body.contains(said), "{said}: {}", answer.body);
        }
        assert!(!answer.body.contains(MARKUP), "{}", answer.body);
    }
    // What was typed for nobody who is signed in stands on a page of its own.
    let request = TestRequest::post().uri(&uri);
    let out = request.set_form([("do", "ask"), ("message", "Let me in")]);
    let out = place.site.send(out).await;
    assert_eq!((out.status, heading(&out)), (401, "You are signed out"));
}

async fn a_page_asks_users_once(backend: Backend) {
    let place = Place::new(backend);
    let uri = group(&place, "Futsal", &[("accepts", "1")]).await;
    for name in ["Anna", "Berta", "Clara"] {
        let who = place.world.users.account(name);
        place.send(who, &uri, &[("do", "ask")]).await;
    }
    place.world.users.calls.asked();
    let page = place.open(place.owner, &uri).await;
    assert!(page.body.contains(">Clara</h3>"), "{}", page.body);
    assert_eq!(place.world.users.calls.asked(), ["by-ids"]);
    place.open(place.owner, "/groups").await;
    assert!(place.world.users.calls.asked().is_empty());
    place.world.users.calls.down(true);
    let down = place.open(place.owner, &uri).await;
    assert_eq!((down.status, heading(&down)), (503, "Not right now"));
}
