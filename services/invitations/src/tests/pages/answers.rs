//! What somebody answers on the page behind a link, beside yes.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::heading;
use super::landing::{KEY, Place};
use crate::tests::site::Answer;

both_databases!(
    whoever_it_is_for_says_no,
    a_link_by_which_people_ask_takes_a_word,
    somebody_with_an_account_signs_in_for_the_rest,
    what_cannot_be_read_is_no_yes,
);

impl Place {
    async fn answer(&self, user: UserId, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = TestRequest::post().uri(path).set_form(fields);
        let request = request.insert_header(("origin", "https://chat.example"));
        let cookie = self.site.cookie(user);
        self.site.send(request.insert_header(cookie)).await
    }
}

async fn whoever_it_is_for_says_no(backend: Backend) {
    let place = Place::new(backend);
    let anna = place.world.users.account("Johanna");
    let john = place.world.users.account("John");
    let audience = json!({"audience": {"type": "account", "account": format!("acc_{anna}")}});
    let (id, path) = place.link(place.channel_grant(), audience).await;
    let page = place.site.get_as(anna, &path).await;
    assert!(page.body.contains(">Decline</button>"), "{}", page.body);
    let theirs = place.answer(john, &path, &[("do", "decline")]).await;
    assert_eq!(theirs.status, 403, "{}", theirs.body);
    let declined = place.answer(anna, &path, &[("do", "decline")]).await;
    assert_eq!((declined.status, declined.header(&LOCATION)), (303, "/"));
    let page = place.site.get_as(anna, &path).await;
    assert_eq!(
        (page.status, heading(&page)),
        (410, "This invitation was declined")
    );
    assert_eq!(place.used(&id).await, 0);
    // What is for anyone is nobody's to decline.
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let declined = place.answer(john, &path, &[("do", "decline")]).await;
    assert_eq!(
        (declined.status, declined.header(&LOCATION)),
        (303, path.as_str())
    );
    let uri = format!("/v1/invitations/{id}");
    let shown = place.site.get_as(place.owner, &uri).await;
    assert_eq!(shown.json()["state"], "open");
}

async fn a_link_by_which_people_ask_takes_a_word(backend: Backend) {
    let place = Place::new(backend);
    let asks = json!({"admission": "request", "max_uses": 5});
    let (id, path) = place.link(place.channel_grant(), asks).await;
    let john = place.world.users.account("John");
    let page = place.site.get_as(john, &path).await;
    assert!(
        page.body.contains(">Ask to come in</button>"),
        "{}",
        page.body
    );
    assert!(!page.body.contains(">Accept<"), "{}", page.body);
    let plain = place.accept(john, &path, KEY).await;
    assert_eq!(
        (plain.status, plain.header(&LOCATION)),
        (303, path.as_str())
    );
    let long = "x".repeat(5_000);
    let fields = [("do", "ask"), ("message", long.as_str())];
    assert_eq!(place.answer(john, &path, &fields).await.status, 400);
    let fields = [("do", "ask"), ("message", "It is <me>"), ("key", KEY)];
    for _ in 0..2 {
        let asked = place.answer(john, &path, &fields).await;
        assert_eq!((asked.status, asked.header(&LOCATION)), (303, "/inbox"));
    }
    let again = place.answer(john, &path, &[("do", "ask")]).await;
    assert_eq!(
        (again.status, heading(&again)),
        (200, "You have asked already")
    );
    let inbox = place.site.get_as(place.owner, "/inbox").await;
    assert!(inbox.body.contains("It is &lt;me&gt;"), "{}", inbox.body);
    assert_eq!(place.used(&id).await, 0);
}

async fn somebody_with_an_account_signs_in_for_the_rest(backend: Backend) {
    let place = Place::new(backend);
    let (_, account) = place.link(json!({"type": "account"}), json!({})).await;
    let wish = json!({"grants": [{"type": "account"}, place.channel_grant()]});
    let made = place
        .site
        .post_as(place.owner, "/v1/invitations", wish)
        .await;
    let both = format!("/i/{}", made.json()["secret"]["secret"].as_str().unwrap());
    for (path, leads) in [(&account, false), (&both, true)] {
        let page = place.site.get(path).await;
        assert!(page.body.contains("type=\"password\""), "{}", page.body);
        let says = page.body.contains("You have an account already?");
        assert_eq!(says, leads, "{}", page.body);
    }
}

async fn what_cannot_be_read_is_no_yes(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let john = place.world.users.account("John");
    let request = TestRequest::post().uri(&path);
    let request = request.insert_header(("origin", "https://chat.example"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let request = request.insert_header(form).set_payload("do=%ff");
    let cookie = place.site.cookie(john);
    let refused = place.site.send(request.insert_header(cookie)).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(place.used(&id).await, 0);
}
