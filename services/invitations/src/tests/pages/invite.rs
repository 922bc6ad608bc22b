//! Making a link on a page.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_peers::channels::{ChannelId, ChannelType, Permission};
use latchkey_testing::{Backend, both_databases};

use super::heading;
use crate::app::group::create::{NewGroup, create_group};
use crate::domain::group::About;
use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    a_link_is_made_and_shown_once,
    what_is_wrong_stands_in_the_form,
    one_person_is_invited_by_name_or_address,
    nobody_gives_what_is_not_theirs,
);

pub(super) const MARKUP: &str = "<script>alert(1)</script>";

pub(super) struct Place {
    pub(super) world: World,
    pub(super) site: Site,
    pub(super) owner: UserId,
    pub(super) channel: ChannelId,
}

impl Place {
    pub(super) fn new(backend: Backend) -> Self {
        Self::with(backend, &[])
    }

    fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let world = World::with(backend, env);
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

    pub(super) async fn send(&self, who: UserId, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let request = TestRequest::post().uri(uri).set_form(fields);
        let request = request.insert_header(("origin", "https://chat.example"));
        let request = request.insert_header(self.site.cookie(who));
        self.site.send(request).await
    }

    pub(super) async fn open(&self, who: UserId, uri: &str) -> Answer {
        let request = TestRequest::get()
            .uri(uri)
            .insert_header(("accept", "text/html"));
        let request = request.insert_header(self.site.cookie(who));
        self.site.send(request).await
    }

    /// Makes a link into the channel; its page and its id.
    pub(super) async fn link(&self, more: &[(&str, &str)]) -> (String, String) {
        let channel = self.channel.0.to_string();
        let may = format!("{channel}:write");
        let mut fields = vec![("channel", channel.as_str()), ("may", &may), ("uses", "3")];
        fields.extend(more);
        let made = self.send(self.owner, "/invite", &fields).await;
        assert_eq!((made.status, heading(&made)), (200, "The link is made"));
        let between = |before: &str, after: &str| {
            let (_, rest) = made.body.split_once(before).unwrap();
            rest.split_once(after).unwrap().0.to_owned()
        };
        let link = between("<code id=\"link\">https://chat.example", "<");
        (link, between("href=\"/invitations/", "\""))
    }
}

pub(super) const KEY: &str = "ffeeddccbbaa99887766554433221100";

async fn a_link_is_made_and_shown_once(backend: Backend) {
    let place = Place::new(backend);
    let group = NewGroup {
        owner: place.owner,
        name: "Futsal".to_owned(),
        about: About::default(),
    };
    let group = create_group(&place.world.app, group).await.unwrap();
    let page = place.open(place.owner, "/invite?channel=1").await;
    assert_eq!((page.status, heading(&page)), (200, "Invite somebody"));
    for said in [
        "The channel “channel 1”",
        "The group “Futsal”",
        "id=\"account-1\" type=\"checkbox\" name=\"account\" value=\"1\" checked",
        "id=\"channel-1\" type=\"checkbox\" name=\"channel\" value=\"1\" checked",
        "id=\"may-1:write\" type=\"checkbox\" name=\"may\" value=\"1:write\" checked",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let group = group.id.0.to_string();
    let fields = [
        ("key", KEY),
        ("account", "1"),
        ("channel", "1"),
        ("may", "1:write"),
        ("may", "1:invite"),
        ("group", &group),
        ("uses", "7"),
        ("end", "month"),
        ("message", MARKUP),
    ];
    let made = place.send(place.owner, "/invite", &fields).await;
    assert_eq!((made.status, heading(&made)), (200, "The link is made"));
    for said in [
        "<svg class=\"qr\"",
        "You can make an account here.",
        "read messages, write messages, invite others",
        "the group “Futsal”",
        "Good until",
        "7 of 7",
        "&lt;script&gt;",
    ] {
        assert!(made.body.contains(said), "{said}: {}", made.body);
    }
    assert!(!made.body.contains(MARKUP), "{}", made.body);
    // The same form again says the same, and makes no second one.
    let again = place.send(place.owner, "/invite", &fields).await;
    let link = |page: &Answer| {
        let (_, rest) = page.body.split_once("<code id=\"link\">").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    assert_eq!(link(&made), link(&again));
    let list = place
        .site
        .get_as(place.owner, "/v1/invitations")
        .await
        .json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    // Whoever goes back and changes what the form says makes another one.
    let changed = fields.map(|(name, value)| (name, if name == "uses" { "8" } else { value }));
    let other = place.send(place.owner, "/invite", &changed).await;
    assert_eq!((other.status, heading(&other)), (200, "The link is made"));
    assert_ne!(link(&made), link(&other));
    let path = link(&made).replace("https://chat.example", "");
    let opened = place.site.get(&path).await;
    assert_eq!(
        (opened.status, heading(&opened)),
        (200, "owner invites you")
    );
    // Programs have the path for themselves.
    let program = TestRequest::get()
        .uri("/invite")
        .insert_header(("accept", "*/*"));
    let program = place.site.send(program).await;
    assert_eq!(program.status, 401, "{}", program.body);
    assert!(program.json().is_object());
}

async fn what_is_wrong_stands_in_the_form(backend: Backend) {
    let place = Place::new(backend);
    let long = "x".repeat(1_001);
    let into = [("key", KEY), ("channel", "1"), ("uses", "1")];
    for (fields, said) in [
        (
            &[("uses", "1")][..],
            "Choose something that the link gives.",
        ),
        (&[("channel", "1"), ("uses", "0")], "This must be a number"),
        (
            &[("channel", "1"), ("uses", MARKUP)],
            "This must be a number",
        ),
        (&[("channel", "1")], "This must be a number"),
        (&[into[1], into[2], ("message", &long)], "1,000 characters"),
        (
            &[into[1], ("uses", "2"), ("recipient", "owner@x.example")],
            "What is for one person is good for one.",
        ),
        (
            &[("account", "1"), into[2], ("recipient", "owner")],
            "Whoever has an account needs no other",
        ),
        (
            &[into[1], into[2], ("asks", "1"), ("recipient", "owner")],
            "People ask to come into one thing",
        ),
        (
            &[into[1], into[2], ("recipient", MARKUP)],
            "There is nobody",
        ),
        (
            &[into[1], into[2], ("recipient", "owner")],
            "They are in already.",
        ),
    ] {
        let mut all = vec![into[0]];
        all.extend(fields);
        let answer = place.send(place.owner, "/invite", &all).await;
        assert_eq!((answer.status, heading(&answer)), (400, "Invite somebody"));
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
        assert!(!answer.body.contains("<script"), "{}", answer.body);
    }
    // What was typed and chosen is there still.
    let fields = [
        ("key", KEY),
        ("channel", "1"),
        ("may", "1:invite"),
        ("uses", "many"),
        ("message", "Come"),
        ("end", "month"),
    ];
    let answer = place.send(place.owner, "/invite", &fields).await;
    for said in [
        "value=\"1\" checked",
        "value=\"1:invite\" checked",
        "value=\"many\"",
        ">Come</textarea>",
        "value=\"month\" selected",
    ] {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    assert!(
        !answer.body.contains("value=\"1:write\" checked"),
        "{}",
        answer.body
    );
}

async fn one_person_is_invited_by_name_or_address(backend: Backend) {
    let place = Place::new(backend);
    let guest = place.world.users.account("Guest");
    let fields = [("channel", "1"), ("uses", "1"), ("recipient", " guest ")];
    let made = place.send(place.owner, "/invite", &fields).await;
    assert_eq!((made.status, heading(&made)), (200, "The link is made"));
    let inbox = place.open(guest, "/inbox").await;
    assert!(inbox.body.contains("owner invites you"), "{}", inbox.body);
    let again = place.send(place.owner, "/invite", &fields).await;
    assert!(
        again.body.contains("There is an open invitation"),
        "{}",
        again.body
    );
    // Whoever has asked is in at once.
    let other = place
        .world
        .channels
        .create(place.owner, ChannelType::Public);
    let wish = serde_json::json!({"target": format!("chn_{other}")});
    let asked = place.site.post_as(guest, "/v1/join-requests", wish).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    let other = other.0.to_string();
    let may = format!("{other}:write");
    let fields = [
        ("channel", other.as_str()),
        ("may", &may),
        ("uses", "1"),
        ("recipient", "Guest"),
    ];
    let met = place.send(place.owner, "/invite", &fields).await;
    assert_eq!(
        (met.status, met.header(&LOCATION)),
        (303, "/inbox?done=approved"),
        "{}",
        met.body
    );
}

async fn nobody_gives_what_is_not_theirs(backend: Backend) {
    let place = Place::with(
        backend,
        &[("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "super-users")],
    );
    let guest = place.world.users.account("guest");
    let empty = place.open(guest, "/invite").await;
    assert!(
        empty.body.contains("Make a channel first."),
        "{}",
        empty.body
    );
    assert!(!empty.body.contains("An account here"), "{}", empty.body);
    for fields in [
        &[("account", "1"), ("uses", "1")],
        &[("channel", "1"), ("uses", "1")],
        &[("group", "1"), ("uses", "1")],
        &[("namespace", "1"), ("uses", "1")],
    ] {
        let answer = place.send(guest, "/invite", fields).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    place.world.channels.enter(
        place.channel,
        guest,
        [Permission::Read, Permission::Invite].into_iter().collect(),
    );
    let page = place.open(guest, "/invite").await;
    assert!(page.body.contains("value=\"1:invite\""), "{}", page.body);
    assert!(!page.body.contains("value=\"1:write\""), "{}", page.body);
    let fields = [("channel", "1"), ("may", "1:write"), ("uses", "1")];
    let answer = place.send(guest, "/invite", &fields).await;
    assert!(
        answer.body.contains("You may not give all of this"),
        "{}",
        answer.body
    );
    let out = TestRequest::get()
        .uri("/invite")
        .insert_header(("accept", "text/html"));
    let out = place.site.send(out).await;
    assert_eq!(
        (out.status, out.header(&LOCATION)),
        (303, "/login?next=/invite")
    );
    place.world.channels.calls.down(true);
    assert_eq!(place.open(place.owner, "/invite").await.status, 503);
}
