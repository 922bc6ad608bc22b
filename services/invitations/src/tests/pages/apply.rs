//! Asking for an account, on pages: whoever has none asks and comes back, super users ask the questions and decide.

use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases, race};

use super::heading;
use super::inbox::{MARKUP, led_to};
use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    whoever_asks_comes_in_by_the_yes,
    a_no_says_why_and_a_wish_is_taken_back,
    what_is_wrong_stands_beside_its_field,
    super_users_alone_change_the_form,
);

const KEY: &str = "00112233445566778899aabbccddeeff";

struct Place {
    world: World,
    site: Site,
    chief: UserId,
}

impl Place {
    /// One that asks why.
    async fn open(backend: Backend) -> Self {
        let place = Self::closed(backend);
        let saved = place.save(&[("open", "yes"), ("question-0", "Why?")]).await;
        let to = "/admin/applications?done=saved";
        assert_eq!(led_to(&saved), (303, to), "{}", saved.body);
        place
    }

    fn closed(backend: Backend) -> Self {
        let world = World::new(backend);
        let site = Site::new(&world);
        let chief = world.users.super_user("chief");
        Self { world, site, chief }
    }

    async fn send_as(&self, who: UserId, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let request = TestRequest::post().uri(uri).set_form(fields);
        let request = request.insert_header(("origin", "https://chat.example"));
        let cookie = self.site.cookie(who);
        self.site.send(request.insert_header(cookie)).await
    }

    /// Puts another form there, as one who has just seen the one before.
    async fn save(&self, fields: &[(&str, &str)]) -> Answer {
        let uri = "/admin/applications";
        let page = self.site.get_as(self.chief, uri).await;
        let seen = value(&page, "seen").to_owned();
        let fields = [&[("seen", seen.as_str())], fields].concat();
        self.send_as(self.chief, uri, &fields).await
    }

    async fn ask(&self, fields: &[(&str, &str)]) -> Answer {
        let fields = [&[("key", KEY), ("question", "Why?")], fields].concat();
        self.site.submit_at("/apply", &fields).await
    }

    async fn ana(&self) -> Answer {
        let fields = [
            ("name", "Ana"),
            ("email", "ana@example.org"),
            ("answer-0", MARKUP),
        ];
        self.ask(&fields).await
    }

    async fn look(&self, secret: &str, verb: &str) -> Answer {
        let fields = [("secret", secret), ("do", verb)];
        self.site.submit_at("/apply/status", &fields).await
    }

    async fn decide(&self, verb: &str) -> Answer {
        let page = self.site.get_as(self.chief, "/requests?site=1").await;
        for said in ["Ana", "ana@example.org", "Why?", "&lt;script&gt;"] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        assert!(!page.body.contains(MARKUP), "{}", page.body);
        let id = value(&page, "id").to_owned();
        let fields = [
            ("site", "1"),
            ("id", &id),
            ("do", verb),
            ("reason", "Not <now>"),
        ];
        self.send_as(self.chief, "/requests", &fields).await
    }
}

/// What a field of a page has.
fn value<'a>(page: &'a Answer, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .body
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no {name}: {} {}", page.status, page.body));
    rest.split_once('"').expect("its end").0
}

async fn whoever_asks_comes_in_by_the_yes(backend: Backend) {
    let place = Place::open(backend).await;
    let home = TestRequest::get().uri("/");
    let home = home.insert_header(("accept", "text/html"));
    let home = place.site.send(home).await;
    assert!(home.body.contains("href=\"/apply\""), "{}", home.body);
    // A second click is the same wish.
    let asked = race(3, |_| place.ana()).await;
    let secret = value(&asked[0], "secret").to_owned();
    for one in &asked {
        assert_eq!((one.status, value(one, "secret")), (201, secret.as_str()));
    }
    let waits = place.look(&secret, "").await;
    assert!(
        waits.body.contains("Nobody has decided yet."),
        "{}",
        waits.body
    );
    let inbox = place.site.get_as(place.chief, "/inbox").await;
    assert_eq!(
        inbox.body.matches("Ana asks for an account</h3>").count(),
        1
    );
    let decided = place.decide("approve").await;
    let to = "/requests?site=1&done=approved";
    assert_eq!(led_to(&decided), (303, to), "{}", decided.body);
    let welcome = place.look(&secret, "").await;
    let (_, link) = welcome.body.split_once("href=\"/i/").expect("a link");
    let link = link.split_once('"').expect("its end").0;
    let page = place.site.get(&format!("/i/{link}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let fields = [
        ("t", link),
        ("username", "Anabel"),
        ("password", "a long secret"),
    ];
    let made = place.site.submit(&fields).await;
    assert_eq!(led_to(&made), (303, "/welcome"), "{}", made.body);
    let came = place.look(&secret, "").await;
    assert!(came.body.contains("You were invited."), "{}", came.body);
    assert!(!came.body.contains("/i/"), "{}", came.body);
}

async fn a_no_says_why_and_a_wish_is_taken_back(backend: Backend) {
    let place = Place::open(backend).await;
    let secret = value(&place.ana().await, "secret").to_owned();
    let decided = place.decide("reject").await;
    assert_eq!(decided.status, 303, "{}", decided.body);
    for verb in ["", "withdraw"] {
        let no = place.look(&secret, verb).await;
        for said in ["Somebody has said no.", "Not &lt;now&gt;"] {
            assert!(no.body.contains(said), "{said}: {}", no.body);
        }
    }
    let other = place.ask(&[("name", "Bo"), ("answer-0", "To sing")]).await;
    let other = value(&other, "secret").to_owned();
    let back = place.look(&other, "withdraw").await;
    assert!(
        back.body.contains("You have taken it back."),
        "{}",
        back.body
    );
    let none = place.site.get_as(place.chief, "/requests?site=1").await;
    assert!(
        none.body.contains("Nobody asks to come in."),
        "{}",
        none.body
    );
    let unknown = place.look(&"x".repeat(47), "withdraw").await;
    assert_eq!(unknown.status, 404, "{}", unknown.body);
    assert!(
        unknown.body.contains("There is no such wish."),
        "{}",
        unknown.body
    );
}

async fn what_is_wrong_stands_beside_its_field(backend: Backend) {
    let place = Place::closed(backend);
    let closed = place.site.get("/apply").await;
    let says = closed.body.contains("Nobody can ask for an account");
    assert!(
        says && !closed.body.contains("<textarea"),
        "{}",
        closed.body
    );
    let place = Place::open(backend).await;
    let long = "x".repeat(1001);
    for (field, typed) in [
        ("name", " "),
        ("email", "ana"),
        ("answer-0", ""),
        ("answer-0", long.as_str()),
        ("message", "\0"),
    ] {
        let mut fields = vec![("name", "Ana"), ("answer-0", "To sing")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, typed));
        let wrong = place.ask(&fields).await;
        assert_eq!(wrong.status, 400, "{field}: {}", wrong.body);
        let beside = format!("id=\"{field}-error\"");
        assert!(wrong.body.contains(&beside), "{field}: {}", wrong.body);
    }
    place.save(&[("open", "yes"), ("question-0", "Who?")]).await;
    let changed = place.ana().await;
    assert_eq!(changed.status, 409, "{}", changed.body);
    assert!(changed.body.contains("Who?") && !changed.body.contains(MARKUP));
    place.save(&[("question-0", "Who?")]).await;
    let closed = place.ana().await;
    assert!(closed.body.contains("Nobody can ask"), "{}", closed.body);
    let none = place.site.get_as(place.chief, "/requests?site=1").await;
    assert!(
        none.body.contains("Nobody asks to come in."),
        "{}",
        none.body
    );
}

async fn super_users_alone_change_the_form(backend: Backend) {
    let place = Place::open(backend).await;
    let uri = "/admin/applications";
    let other = place.world.users.account("other");
    for answer in [
        place.site.get_as(other, uri).await,
        place.send_as(other, uri, &[("welcome", "Mine")]).await,
    ] {
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    let seen = place.send_as(place.chief, uri, &[("seen", "old")]).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    assert!(seen.body.contains("value=\"Why?\""), "{}", seen.body);
    let long = "x".repeat(201);
    let wrong = place
        .save(&[("question-4", &long), ("welcome", "Hi")])
        .await;
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    for said in ["id=\"question-4-error\"", ">Hi</textarea>"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let form = place.site.get("/v1/application-form").await.json();
    assert_eq!(
        (&form["open"], &form["questions"][0]),
        (&true.into(), &"Why?".into())
    );
    let page = place.site.get_as(place.chief, uri).await;
    assert_eq!(heading(&page), "Asking for an account");
    // Opened at the beginning, and never changed since.
    let told = place.site.get_as(place.chief, "/admin/audit/invitations");
    let told = told.await.body;
    let sentence = "chief changed what people are asked";
    assert_eq!(told.matches(sentence).count(), 1, "{told}");
}
