//! The page behind a link of any kind.

use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_peers::channels::{ChannelId, ChannelType};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::heading;
use crate::tests::site::{Answer, Site};
use crate::tests::world::{PASSWORD, World};

both_databases!(
    a_link_shows_what_it_leads_to_and_spends_nothing,
    whoever_is_signed_in_accepts,
    somebody_new_makes_the_account,
    whoever_has_an_account_needs_no_other,
    what_is_for_somebody_else_tells_little,
    what_is_over_says_so,
);

pub(super) struct Place {
    pub(super) world: World,
    pub(super) site: Site,
    pub(super) owner: UserId,
    pub(super) channel: ChannelId,
}

impl Place {
    pub(super) fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let site = Site::new(&world);
        let owner = world.users.account("owner");
        let channel = world.channels.create(owner, ChannelType::Private);
        Self {
            world,
            site,
            owner,
            channel,
        }
    }

    pub(super) fn channel_grant(&self) -> Value {
        json!({"type": "channel", "channel": format!("chn_{}", self.channel), "permissions": ["read", "write"]})
    }

    /// Makes one; its id and the address of its page.
    pub(super) async fn link(&self, grant: Value, more: Value) -> (String, String) {
        let mut wish = json!({"grants": [grant]});
        for (name, value) in more.as_object().unwrap() {
            wish[name] = value.clone();
        }
        let made = self.site.post_as(self.owner, "/v1/invitations", wish).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        let link = made["secret"]["link"].as_str().unwrap();
        let secret = made["secret"]["secret"].as_str().unwrap();
        assert_eq!(link, format!("https://chat.example/i/{secret}"));
        let path = link.trim_start_matches("https://chat.example");
        (made["id"].as_str().unwrap().to_owned(), path.to_owned())
    }

    pub(super) async fn accept(&self, user: UserId, path: &str, key: &str) -> Answer {
        let request = TestRequest::post().uri(path).set_form([("key", key)]);
        let request = request.insert_header(("origin", "https://chat.example"));
        let cookie = self.site.cookie(user);
        self.site.send(request.insert_header(cookie)).await
    }

    pub(super) async fn used(&self, id: &str) -> Value {
        let shown = self
            .site
            .get_as(self.owner, &format!("/v1/invitations/{id}"))
            .await;
        shown.json()["uses"]["taken"].clone()
    }
}

pub(super) const KEY: &str = "ffeeddccbbaa99887766554433221100";

async fn a_link_shows_what_it_leads_to_and_spends_nothing(backend: Backend) {
    let place = Place::new(backend);
    let more =
        json!({"max_uses": 3, "message": "Come <in>", "expires_at": "2099-05-06T07:08:00.000Z"});
    let (id, path) = place.link(place.channel_grant(), more).await;
    let john = place.world.users.account("John");
    let stranger = place.site.get(&path).await;
    let member = place.site.get_as(john, &path).await;
    for page in [&stranger, &member] {
        assert_eq!((page.status, heading(page)), (200, "owner invites you"));
        for said in [
            "channel 1",
            "read messages, write messages",
            "2099-05-06 07:08 UTC",
            "3 of 3",
            "Come &lt;in&gt;",
        ] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        assert_eq!(page.header(&CACHE_CONTROL), "no-store");
        assert_eq!(page.header(&REFERRER_POLICY), "no-referrer");
    }
    assert!(!stranger.body.contains("<button"), "{}", stranger.body);
    let back = format!("href=\"/login?next={}\"", path.replace('=', "%3D"));
    assert!(stranger.body.contains(&back), "{}", stranger.body);
    assert!(!member.body.contains(">Decline<"), "{}", member.body);
    assert!(member.body.contains(">Accept</button>"), "{}", member.body);
    // The same behind the address of old, and as it is pasted.
    let secret = path.trim_start_matches("/i/");
    for written in [
        format!("/register?t={secret}"),
        format!("/i/%20{secret}=%0A"),
    ] {
        let page = place.site.get_as(john, &written).await;
        assert_eq!((page.status, heading(&page)), (200, "owner invites you"));
    }
    assert_eq!(place.used(&id).await, 0);
}

async fn whoever_is_signed_in_accepts(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let john = place.world.users.account("John");
    let nobody = TestRequest::post().uri(&path).set_form([("key", KEY)]);
    let nobody = place.site.send(nobody).await;
    let back = format!("/login?next={}", path.replace('=', "%3D"));
    assert_eq!(
        (nobody.status, nobody.header(&LOCATION)),
        (303, back.as_str())
    );
    let clicks = race(3, |_| place.accept(john, &path, KEY)).await;
    for click in &clicks {
        assert_eq!(
            (click.status, click.header(&LOCATION)),
            (303, path.as_str()),
            "{}",
            click.body
        );
    }
    assert_eq!(place.world.channels.members(place.channel).len(), 2);
    assert_eq!(place.used(&id).await, 1);
    let inside = place.site.get_as(john, &path).await;
    assert_eq!((inside.status, heading(&inside)), (200, "You are in"));
    // Everybody else is told that it is used up.
    let late = place.world.users.account("Late");
    for page in [
        place.site.get_as(late, &path).await,
        place.site.get(&path).await,
        place.accept(late, &path, KEY).await,
    ] {
        assert_eq!(
            (page.status, heading(&page)),
            (410, "This invitation is used up")
        );
    }
    // Whoever is in by another way costs no use.
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let again = place.accept(john, &path, KEY).await;
    assert_eq!((again.status, heading(&again)), (200, "You are in"));
    assert_eq!(place.used(&id).await, 0);
}

async fn somebody_new_makes_the_account(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(json!({"type": "account"}), json!({})).await;
    let page = place.site.get(&path).await;
    assert_eq!((page.status, heading(&page)), (200, "owner invites you"));
    assert!(page.body.contains("type=\"password\""), "{}", page.body);
    let secret = path.trim_start_matches("/i/");
    let fields = [("t", secret), ("username", "John"), ("password", PASSWORD)];
    let made = place.site.submit(&fields).await;
    assert_eq!((made.status, made.header(&LOCATION)), (303, "/welcome"));
    assert_eq!(place.used(&id).await, 1);
}

async fn whoever_has_an_account_needs_no_other(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(json!({"type": "account"}), json!({})).await;
    let john = place.world.users.account("John");
    for page in [
        place.site.get_as(john, &path).await,
        place.accept(john, &path, KEY).await,
    ] {
        assert_eq!((page.status, heading(&page)), (409, "You have an account"));
        assert!(page.body.contains("signed in as John"), "{}", page.body);
        assert!(
            page.body.contains("action=\"/logout?form="),
            "{}",
            page.body
        );
    }
    assert_eq!(place.used(&id).await, 0);
}

async fn what_is_for_somebody_else_tells_little(backend: Backend) {
    let place = Place::new(backend);
    let anna = place.world.users.account("Johanna");
    let audience = json!({"audience": {"type": "account", "account": format!("acc_{anna}")}});
    let (_, path) = place.link(place.channel_grant(), audience).await;
    let john = place.world.users.account("John");
    let page = place.site.get_as(john, &path).await;
    assert_eq!(
        (page.status, heading(&page)),
        (403, "This invitation is for somebody else")
    );
    assert!(
        page.body.contains("J***a") && !page.body.contains("Johanna"),
        "{}",
        page.body
    );
    // Signing out leads to signing in, and that back here.
    let back = format!("/login?next={}", path.replace('=', "%3D"));
    let back = format!("name=\"next\" value=\"{back}\"");
    assert!(page.body.contains(&back), "{}", page.body);
    let refused = place.accept(john, &path, KEY).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let own = place.site.get_as(anna, &path).await;
    assert_eq!((own.status, heading(&own)), (200, "owner invites you"));
    assert_eq!(place.accept(anna, &path, KEY).await.status, 303);
}

async fn what_is_over_says_so(backend: Backend) {
    let place = Place::new(backend);
    let (id, path) = place.link(place.channel_grant(), json!({})).await;
    let uri = format!("/v1/invitations/{id}/revoke");
    let revoked = place.site.post_as(place.owner, &uri, json!({})).await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    let john = place.world.users.account("John");
    for page in [
        place.site.get(&path).await,
        place.site.get_as(john, &path).await,
        place.accept(john, &path, KEY).await,
    ] {
        assert_eq!(
            (page.status, heading(&page)),
            (410, "This invitation was withdrawn")
        );
    }
    let (_, path) = place
        .link(place.channel_grant(), json!({"expires_in": "PT1M"}))
        .await;
    place.world.advance(Duration::from_mins(2));
    let page = place.site.get(&path).await;
    assert_eq!(
        (page.status, heading(&page)),
        (410, "This invitation has expired")
    );
    let page = place.site.get("/i/lki_nothing").await;
    assert_eq!(
        (page.status, heading(&page)),
        (404, "There is no such invitation")
    );
}
