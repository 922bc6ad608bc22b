//! What waits for somebody, on a page.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_peers::channels::{ChannelId, ChannelType};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::heading;
use crate::app::group::create::{NewGroup, create_group};
use crate::domain::group::About;
use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    offers_of_every_contract_are_answered,
    requests_are_decided_and_taken_back,
    nobody_answers_for_others,
    an_empty_inbox_says_what_to_do,
    a_long_one_goes_on,
    whoever_is_in_is_led_to_what_waits,
    names_and_messages_are_text,
);

pub(super) const MARKUP: &str = "<script>alert(1)</script>";

pub(super) struct Place {
    pub(super) world: World,
    pub(super) site: Site,
    pub(super) owner: UserId,
    pub(super) guest: UserId,
    pub(super) channel: ChannelId,
}

impl Place {
    pub(super) fn new(backend: Backend) -> Self {
        Self::with(backend, &[])
    }

    pub(super) fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let world = World::with(backend, env);
        let site = Site::new(&world);
        let owner = world.users.account("owner");
        Self {
            guest: world.users.account("guest"),
            channel: world.channels.create(owner, ChannelType::Public),
            owner,
            world,
            site,
        }
    }

    /// Offers something to the guest; its id.
    pub(super) async fn offer(&self, grant: Value) -> String {
        let audience = json!({"type": "account", "account": format!("acc_{}", self.guest)});
        let wish = json!({"grants": [grant], "audience": audience, "message": MARKUP});
        let made = self.site.post_as(self.owner, "/v1/invitations", wish).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn channel_grant(&self) -> Value {
        json!({"type": "channel", "channel": format!("chn_{}", self.channel), "permissions": ["write"]})
    }

    pub(super) async fn group(&self) -> String {
        let group = NewGroup {
            owner: self.owner,
            name: "Futsal".to_owned(),
            about: About::default(),
        };
        create_group(&self.world.app, group).await.unwrap().uuid
    }

    /// The guest asks to come in; the id.
    pub(super) async fn ask(&self, target: &str) -> String {
        let wish = json!({"target": target, "message": MARKUP});
        let asked = self
            .site
            .post_as(self.guest, "/v1/join-requests", wish)
            .await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        asked.json()["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn press(&self, who: UserId, id: &str, verb: &str, key: &str) -> Answer {
        let fields = [("id", id), ("do", verb), ("key", key)];
        let request = TestRequest::post().uri("/inbox").set_form(fields);
        let request = request.insert_header(("origin", "https://chat.example"));
        let cookie = self.site.cookie(who);
        self.site.send(request.insert_header(cookie)).await
    }

    async fn inbox(&self, who: UserId) -> String {
        let page = self.site.get_as(who, "/inbox").await;
        assert_eq!((page.status, heading(&page)), (200, "Inbox"));
        page.body
    }
}

pub(super) fn led_to(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header(&LOCATION))
}

const KEY: &str = "ffeeddccbbaa99887766554433221100";

async fn offers_of_every_contract_are_answered(backend: Backend) {
    let place = Place::new(backend);
    let group = place.group().await;
    let channel = place.offer(place.channel_grant()).await;
    let page = place.inbox(place.guest).await;
    assert!(
        page.contains("owner invites you into the channel “channel 1”"),
        "{page}"
    );
    assert!(
        page.contains("You may: read messages, write messages"),
        "{page}"
    );
    assert!(page.contains(", 1 waiting"), "{page}");
    let clicks = race(3, |_| place.press(place.guest, &channel, "accept", KEY)).await;
    for click in &clicks {
        assert_eq!(
            led_to(click),
            (303, "/inbox?done=accepted"),
            "{}",
            click.body
        );
    }
    assert_eq!(place.world.channels.members(place.channel).len(), 2);
    let after = place.site.get_as(place.guest, "/inbox?done=accepted").await;
    assert!(after.body.contains("You are in."), "{}", after.body);
    assert!(!after.body.contains("<article"), "{}", after.body);
    // By another contract, and no with a block.
    let other = place
        .world
        .channels
        .create(place.owner, ChannelType::Private);
    let offered = place
        .world
        .offer(place.owner, other, place.guest)
        .await
        .unwrap();
    let id = format!("inv_{}", offered.id.0);
    let declined = place.press(place.guest, &id, "decline", "").await;
    assert_eq!(led_to(&declined), (303, "/inbox?done=declined"));
    let late = place.press(place.guest, &id, "accept", "").await;
    assert_eq!((late.status, heading(&late)), (409, "Inbox"));
    assert!(late.body.contains("That waits no more"), "{}", late.body);
    let offer = place.offer(json!({"type": "group", "group": group})).await;
    let page = place.inbox(place.guest).await;
    assert!(
        page.contains("owner invites you into the group “Futsal”"),
        "{page}"
    );
    let blocked = place.press(place.guest, &offer, "block", "").await;
    assert_eq!(led_to(&blocked), (303, "/inbox?done=blocked"));
    let blocks = place.site.get_as(place.guest, "/v1/me/blocks").await.json();
    assert_eq!(blocks["data"][0]["username"], "owner");
}

async fn requests_are_decided_and_taken_back(backend: Backend) {
    let place = Place::new(backend);
    let group = place.group().await;
    let target = format!("chn_{}", place.channel);
    for (target, verb, done) in [
        (&target, "reject", "rejected"),
        (&group, "approve", "approved"),
        (&target, "approve", "approved"),
    ] {
        let asked = place.ask(target).await;
        let page = place.inbox(place.owner).await;
        assert!(page.contains("guest asks to come into the"), "{page}");
        let own = place.inbox(place.guest).await;
        assert!(own.contains("You ask to come into the"), "{own}");
        assert!(!own.contains("waiting<"), "{own}");
        let decided = place.press(place.owner, &asked, verb, "").await;
        assert_eq!(
            led_to(&decided),
            (303, format!("/inbox?done={done}").as_str())
        );
        let late = place.press(place.guest, &asked, "withdraw", "").await;
        assert_eq!(late.status, 409, "{}", late.body);
    }
    assert!(
        place
            .world
            .channels
            .members(place.channel)
            .contains(&place.guest)
    );
    place.world.channels.leave(place.channel, place.guest);
    let asked = place.ask(&target).await;
    let back = place.press(place.guest, &asked, "withdraw", "").await;
    assert_eq!(led_to(&back), (303, "/inbox?done=withdrawn"));
    assert!(!place.inbox(place.owner).await.contains("<article"));
}

async fn nobody_answers_for_others(backend: Backend) {
    let place = Place::new(backend);
    let stranger = place.world.users.account("stranger");
    let offer = place.offer(place.channel_grant()).await;
    place
        .world
        .channels
        .create(place.owner, ChannelType::Public);
    let asked = place.ask("chn_2").await;
    for (id, verb) in [
        (offer.as_str(), "accept"),
        (&offer, "decline"),
        (&offer, "block"),
        (&asked, "approve"),
        (&asked, "reject"),
        (&asked, "withdraw"),
        ("inv_0", "accept"),
        (MARKUP, "accept"),
    ] {
        let refused = place.press(stranger, id, verb, "").await;
        assert_eq!(refused.status, 409, "{id} {verb}: {}", refused.body);
        assert!(!refused.body.contains("<script"), "{}", refused.body);
    }
    assert_eq!(place.press(stranger, &offer, "steal", "").await.status, 400);
    // A page of another site presses no button, and neither does whoever is signed out.
    let form = || {
        let fields = [("id", offer.as_str()), ("do", "accept")];
        TestRequest::post().uri("/inbox").set_form(fields)
    };
    let foreign = form().insert_header(("origin", "https://evil.example"));
    let foreign = foreign.insert_header(place.site.cookie(place.guest));
    assert_eq!(place.site.send(foreign).await.status, 403);
    let out = place.site.send(form()).await;
    assert_eq!(led_to(&out), (303, "/login?next=/inbox"));
    let out = place.site.get("/inbox?after=7").await;
    assert_eq!(led_to(&out), (303, "/login?next=/inbox%3Fafter%3D7"));
    assert!(place.inbox(place.guest).await.contains("<article"));
}

async fn an_empty_inbox_says_what_to_do(backend: Backend) {
    let place = Place::new(backend);
    let page = place.inbox(place.guest).await;
    assert!(page.contains("Nothing waits for you."), "{page}");
    assert!(page.contains("action=\"/register\""), "{page}");
    let odd = place
        .site
        .get_as(place.guest, "/inbox?after=x&done=%3Cb%3E")
        .await;
    assert_eq!(odd.status, 200, "{}", odd.body);
    place.world.users.calls.down(true);
    let down = place.site.get_as(place.guest, "/inbox").await;
    assert_eq!((down.status, heading(&down)), (503, "Not right now"));
}

async fn a_long_one_goes_on(backend: Backend) {
    let place = Place::new(backend);
    for n in 0..27 {
        let channel = place
            .world
            .channels
            .create(place.owner, ChannelType::Private);
        let offered = place.world.offer(place.owner, channel, place.guest).await;
        assert!(offered.is_ok(), "{n}");
    }
    let first = place.inbox(place.guest).await;
    assert_eq!(first.matches("<article").count(), 25);
    assert!(!first.contains("waiting<"), "{first}");
    let (_, rest) = first.split_once("href=\"/inbox?after=").unwrap();
    let after = rest.split_once('"').unwrap().0;
    let second = place
        .site
        .get_as(place.guest, &format!("/inbox?after={after}"))
        .await;
    assert_eq!(
        second.body.matches("<article").count(),
        2,
        "{}",
        second.body
    );
    assert!(!second.body.contains("after="), "{}", second.body);
}

async fn whoever_is_in_is_led_to_what_waits(backend: Backend) {
    let place = Place::new(backend);
    let home = async |who: UserId| {
        let request = TestRequest::get()
            .uri("/")
            .insert_header(("accept", "text/html"));
        place
            .site
            .send(request.insert_header(place.site.cookie(who)))
            .await
    };
    assert_eq!(led_to(&home(place.guest).await), (303, "/c"));
    place.offer(place.channel_grant()).await;
    assert_eq!(led_to(&home(place.guest).await), (303, "/inbox"));
    // What one has asked for oneself waits for others.
    let waiter = place.world.users.account("waiter");
    let wish = json!({"target": format!("chn_{}", place.channel)});
    let asked = place.site.post_as(waiter, "/v1/join-requests", wish).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    assert_eq!(led_to(&home(waiter).await), (303, "/c"));
    assert_eq!(led_to(&home(place.owner).await), (303, "/inbox"));
}

async fn names_and_messages_are_text(backend: Backend) {
    let place = Place::new(backend);
    place.offer(place.channel_grant()).await;
    let group = place.group().await;
    place.ask(&group).await;
    for who in [place.guest, place.owner] {
        let page = place.inbox(who).await;
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
            "{page}"
        );
        assert!(!page.contains("<script"), "{page}");
    }
}
