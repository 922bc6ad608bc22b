//! The pages behind links, as people meet them.

mod answers;
mod apply;
mod blocks;
mod data;
mod frame;
mod groups;
mod inbox;
mod invite;
mod landing;
mod ledger;
mod made;
mod namespaces;
mod odd;
mod past;
mod requests;
mod states;

use latchkey_common::audit::Actor;
use std::time::Duration;

use actix_web::http::header::{LOCATION, SET_COOKIE};
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_common::secret::Secret;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::app::registration::create_link::{LinkLife, NewLink, create_link};
use crate::tests::site::{Answer, Site};
use crate::tests::world::{PASSWORD, World};

both_databases!(
    each_end_has_a_page_of_its_own,
    a_link_is_taken_as_it_is_pasted,
    whoever_makes_an_account_is_signed_in,
    the_same_form_again_says_the_same,
    another_name_in_the_same_form_is_another_wish,
    an_account_is_made_also_where_nobody_can_be_signed_in,
);

const KEY: &str = "00112233445566778899aabbccddeeff";

fn opened(token: &str) -> String {
    format!("/register?t={token}")
}

/// What is said at the top.
fn heading(page: &Answer) -> &str {
    let (_, rest) = page
        .body
        .split_once("<h1>")
        .unwrap_or_else(|| panic!("no heading: {} {}", page.status, page.body));
    rest.split_once("</h1>").expect("its end").0
}

fn cookies(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all(SET_COOKIE);
    all.map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

async fn each_end_has_a_page_of_its_own(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let used = world.link(1).await.token;
    world.sign_up(&used, "First").await.unwrap();
    let link = NewLink {
        uses: 1,
        life: LinkLife::For(Duration::from_mins(1)),
        super_user: false,
    };
    let expired = create_link(&world.app, Actor::operator(true), link)
        .await
        .unwrap()
        .token;
    world.advance(Duration::from_secs(61));
    let owner = world.users.account("owner");
    let withdrawn = world.invite(owner).await.token;
    let gone = json!({"toRemove": [withdrawn.expose()]});
    let removed = site.post_as(owner, "/api/user/invites/remove", gone).await;
    assert_eq!(removed.status, 200, "{}", removed.body);
    let locked = world.users.account("locked");
    let of_locked = world.invite(locked).await.token;
    world.users.lock(locked, true);
    let ends = [
        (
            used,
            410,
            "This invitation is used up",
            "Este convite já foi usado",
        ),
        (
            expired,
            410,
            "This invitation has expired",
            "Este convite expirou",
        ),
        (
            withdrawn,
            410,
            "This invitation was withdrawn",
            "Este convite foi retirado",
        ),
        (
            of_locked,
            410,
            "This invitation was withdrawn",
            "Este convite foi retirado",
        ),
        (
            Secret::new("A".repeat(43)),
            404,
            "There is no such invitation",
            "Este convite não existe",
        ),
    ];
    for (token, status, english, portuguese) in ends {
        let page = site.get(&opened(token.expose())).await;
        assert_eq!((page.status, heading(&page)), (status, english));
        assert!(!page.body.contains("type=\"password\""), "{}", page.body);
        let request = TestRequest::get().uri(&opened(token.expose()));
        let page = site
            .send(request.insert_header(("accept-language", "pt-BR")))
            .await;
        assert_eq!((page.status, heading(&page)), (status, portuguese));
        assert!(page.body.contains("<html lang=\"pt\">"), "{}", page.body);
        // Whoever filled the form in before is told the same.
        let fields = [
            ("t", token.expose()),
            ("username", "Late"),
            ("password", PASSWORD),
        ];
        let late = site.submit(&fields).await;
        assert_eq!(late.status, status, "{}", late.body);
    }
    assert_eq!(world.users.accounts(), 3);
}

async fn a_link_is_taken_as_it_is_pasted(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let link = world.link(9).await.token;
    let bare = link.expose().trim_end_matches('=');
    for (n, written) in [
        bare.to_owned(),
        format!("%20{bare}%0A"),
        format!("{bare}%3D"),
        format!("https%3A%2F%2Fchat.example%2Fregister%3Ft%3D{bare}%3D"),
    ]
    .iter()
    .enumerate()
    {
        let page = site.get(&opened(written)).await;
        assert_eq!(
            (page.status, heading(&page)),
            (200, "Whoever runs this place invites you"),
            "{written}"
        );
        let pasted = written
            .replace("%20", " ")
            .replace("%0A", "\n")
            .replace("%3D", "=");
        let name = format!("pasted-{n}");
        let made = site
            .submit(&[("t", &pasted), ("username", &name), ("password", PASSWORD)])
            .await;
        assert_eq!(made.status, 303, "{written}: {}", made.body);
    }
}

async fn whoever_makes_an_account_is_signed_in(backend: Backend) {
    let world = World::new(backend);
    let owner = world.users.account("owner");
    let link = world.invite(owner).await.token;
    let site = Site::new(&world);
    let page = site.get(&opened(link.expose())).await;
    assert!(page.body.contains("owner invites you"), "{}", page.body);
    let made = site
        .submit(&[
            ("t", link.expose()),
            ("username", "John"),
            ("password", PASSWORD),
        ])
        .await;
    assert_eq!((made.status, made.header(&LOCATION)), (303, "/welcome"));
    let set = cookies(&made);
    let session = set.iter().find(|cookie| cookie.starts_with("t=")).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/;", "Secure", "Max-Age="] {
        assert!(session.contains(part), "{session}");
    }
    let device = set
        .iter()
        .find(|cookie| cookie.starts_with("device="))
        .unwrap();
    assert!(device.contains("Path=/api/user/login"), "{device}");
    // The next page knows who came, as often as it is loaded; to nobody it says what to do.
    let session = session.split(';').next().unwrap();
    for _ in 0..2 {
        let request = TestRequest::get().uri("/welcome");
        let welcome = site.send(request.insert_header(("cookie", session))).await;
        assert_eq!((welcome.status, heading(&welcome)), (200, "Welcome, John"));
    }
    let nobody = site.get("/welcome").await;
    assert_eq!(heading(&nobody), "Your account is made");
}

async fn the_same_form_again_says_the_same(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let link = world.link(1).await;
    let fields = [
        ("t", link.token.expose()),
        ("key", KEY),
        ("username", "John"),
        ("password", PASSWORD),
    ];
    // A second click while the first is under way, and a page that is sent anew afterwards.
    let clicks = race(4, |_| site.submit(&fields)).await;
    let late = site.submit(&fields).await;
    for answer in clicks.iter().chain([&late]) {
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(
            cookies(answer)
                .iter()
                .any(|cookie| cookie.starts_with("t="))
        );
    }
    assert_eq!(world.users.accounts(), 1);
    assert_eq!(world.uses(link.invitation.id).await.len(), 1);
    // Without the page's key it is somebody else who comes too late.
    let other = site.submit(&[fields[0], fields[2], fields[3]]).await;
    assert_eq!(other.status, 410, "{}", other.body);
}

async fn another_name_in_the_same_form_is_another_wish(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    world.users.account("Taken");
    let link = world.link(2).await.token;
    for (name, password, status) in [
        ("Taken", PASSWORD, 409),
        ("John", PASSWORD, 303),
        ("Jane", PASSWORD, 303),
        ("Late", PASSWORD, 410),
    ] {
        let fields = [
            ("t", link.expose()),
            ("key", KEY),
            ("username", name),
            ("password", password),
        ];
        let answer = site.submit(&fields).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
    }
    assert_eq!(world.users.accounts(), 3);
}

async fn an_account_is_made_also_where_nobody_can_be_signed_in(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let link = world.link(1).await.token;
    let fields = [
        ("t", link.expose()),
        ("key", KEY),
        ("username", "John"),
        ("password", PASSWORD),
    ];
    let made = site.submit(&fields).await;
    assert_eq!(made.status, 303);
    world.users.lock(UserId(1), true);
    let again = site.submit(&fields).await;
    assert_eq!((again.status, again.header(&LOCATION)), (303, "/welcome"));
    assert!(cookies(&again).is_empty(), "{:?}", cookies(&again));
}
