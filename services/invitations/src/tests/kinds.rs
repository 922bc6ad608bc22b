//! What holds for every kind: one of each is made as its contract makes it. A new kind is asked for by
//! [`House::wish`].

use actix_web::http::header::RETRY_AFTER;
use actix_web::test::TestRequest;
use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_common::page::Page;
use latchkey_contracts::groups::Bearer;
use latchkey_peers::channels::{ChannelId, ChannelType};
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use crate::app::choir::create_key::create_choir_key;
use crate::app::group::create::{NewGroup, create_group};
use crate::app::ledger::find_shown::find_shown;
use crate::app::ledger::list_invitations::{Filter, Maker, list_invitations};
use crate::app::ledger::revoke::{RevokeError, revoke_any_invitation};
use crate::app::ledger::show_invitation::{Story, show_invitation};
use crate::app::namespace::create::create_path;
use crate::domain::claim::Which;
use crate::domain::group::About;
use crate::domain::invitation::{InvitationId, State};
use crate::domain::kind::Kind;
use crate::domain::namespace::NamespacePath;
use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    each_is_found_by_what_its_contract_shows,
    each_is_listed_and_taken_back_by_the_operator,
    each_that_rests_on_its_issuer_ends_when_that_is_locked,
    those_of_one_person_are_limited,
);

/// An owner of everything that one can be invited into, and a guest.
struct House {
    world: World,
    site: Site,
    owner: UserId,
    guest: UserId,
    channel: ChannelId,
    group: String,
    choir_key: String,
}

/// A call that makes an invitation.
struct Wish {
    uri: String,
    /// Who calls; `None`: whoever has the key in the address.
    header: Option<(&'static str, String)>,
    body: Value,
    /// The member of the answer that names the invitation.
    id: &'static str,
}

impl House {
    async fn new(backend: Backend, env: &[(&str, &str)]) -> Self {
        let listed = ("LATCHKEY_INVITATIONS__CHOIR_WHITELIST", "owner");
        let world = World::with(backend, &[&[listed], env].concat());
        let (app, users) = (&world.app, &world.users);
        let (owner, guest) = (users.account("owner"), users.account("guest"));
        let channel = world.channels.create(owner, ChannelType::Private);
        let group = NewGroup {
            owner,
            name: "Futsal".to_owned(),
            about: About::default(),
        };
        let group = create_group(app, group).await.unwrap().uuid;
        let path = NamespacePath::parse("djinn").unwrap();
        create_path(app, Actor::operator(true), owner, path)
            .await
            .unwrap();
        let key = create_choir_key(app, &world.caller(owner), "app".to_owned()).await;
        let choir_key = key.unwrap().1.expose().to_owned();
        Self {
            site: Site::new(&world),
            world,
            owner,
            guest,
            channel,
            group,
            choir_key,
        }
    }

    fn wish(&self, kind: Kind) -> Wish {
        let users = &self.world.users;
        let bearer = |token: String| Some(("authorization", format!("Bearer {token}")));
        match kind {
            Kind::Registration => Wish {
                uri: "/api/user/invites/create".to_owned(),
                header: Some(self.site.cookie(self.owner)),
                body: Value::Null,
                id: "token",
            },
            Kind::Channel => Wish {
                uri: "/api/channel/invite".to_owned(),
                header: Some(self.site.cookie(self.owner)),
                body: json!({"channelId": self.channel, "username": "guest", "invitePerms": []}),
                id: "inviteId",
            },
            Kind::Group => Wish {
                uri: "/invite/".to_owned(),
                header: bearer(users.signed::<Bearer>(self.owner, 3_600)),
                body: json!({
                    "userId": users.view(self.guest).uuid,
                    "groupId": self.group,
                    "madeBy": "GROUP",
                }),
                id: "id",
            },
            Kind::Choir => Wish {
                uri: format!("/create?apikey={}", self.choir_key),
                header: None,
                body: json!({"creator": "u1", "invitee": "u2", "choirId": "c1"}),
                id: "id",
            },
            Kind::Namespace => Wish {
                uri: "/n/owner/djinn/-/invites".to_owned(),
                header: bearer(users.api_token(self.owner, &["invite:write"])),
                body: json!({"handle": "guest"}),
                id: "id",
            },
        }
    }

    async fn send(&self, uri: &str, header: Option<(&str, String)>, body: &Value) -> Answer {
        let request = TestRequest::post().uri(uri).set_json(body);
        let request = match header {
            Some(header) => request.insert_header(header),
            None => request,
        };
        self.site.send(request).await
    }

    async fn ask(&self, kind: Kind) -> Answer {
        let wish = self.wish(kind);
        self.send(&wish.uri, wish.header, &wish.body).await
    }

    /// Makes one; what its contract shows as its id.
    async fn make(&self, kind: Kind) -> String {
        let made = self.ask(kind).await;
        assert!([200, 201].contains(&made.status), "{kind}: {}", made.body);
        let id = &made.json()[self.wish(kind).id];
        id.as_str().map_or_else(|| id.to_string(), str::to_owned)
    }

    async fn story(&self, id: &str) -> Option<Story> {
        let which = find_shown(&self.world.app, id).await.unwrap()?;
        show_invitation(&self.world.app, which).await.unwrap()
    }
}

async fn each_is_found_by_what_its_contract_shows(backend: Backend) {
    let house = House::new(backend, &[]).await;
    for kind in Kind::ALL {
        let shown = house.make(*kind).await;
        let found = house.story(&shown).await;
        let found = found.unwrap_or_else(|| panic!("{kind} is not found by {shown}"));
        assert_eq!(found.invitation.kind, *kind, "{shown}");
        let number = found.invitation.id;
        let again = house.story(&number.to_string()).await.unwrap();
        assert_eq!(again.invitation.id, number);
    }
    for nothing in ["", "99", "-1", "nothing", &"0".repeat(31)] {
        assert!(house.story(nothing).await.is_none(), "{nothing}");
    }
}

async fn each_is_listed_and_taken_back_by_the_operator(backend: Backend) {
    let house = House::new(backend, &[]).await;
    let app = &house.world.app;
    let open_of = async |kind: Kind| {
        let filter = Filter {
            kind: Some(kind),
            state: Some(State::Open),
            ..Filter::default()
        };
        let found = list_invitations(app, filter, Page::default()).await;
        let entries = found.unwrap().page.items.into_iter();
        let ids = entries.map(|one| one.invitation.id);
        ids.collect::<Vec<InvitationId>>()
    };
    for kind in Kind::ALL {
        let shown = house.make(*kind).await;
        let [id] = open_of(*kind).await[..] else {
            panic!("{kind} is listed once");
        };
        let which = find_shown(app, &shown).await.unwrap().unwrap();
        assert_eq!(
            revoke_any_invitation(app, Actor::operator(true), which)
                .await
                .unwrap(),
            id
        );
        assert_eq!(house.world.row(id).await.state, State::Withdrawn, "{kind}");
        assert_eq!(open_of(*kind).await, [], "{kind}");
        // What is final stays so.
        let again = revoke_any_invitation(app, Actor::operator(true), Which::Id(id)).await;
        let Err(RevokeError::Ended(_, State::Withdrawn)) = again else {
            panic!("{kind}: {again:?}");
        };
        // Whoever is on the other side makes a new one: nothing stands in the way.
        house.make(*kind).await;
    }
    let of_owner = Filter {
        maker: Some(Maker::User(house.owner)),
        ..Filter::default()
    };
    let all = list_invitations(app, of_owner.clone(), Page::default()).await;
    assert_eq!(all.unwrap().page.items.len(), 2 * Kind::ALL.len());
    let two = Page {
        after: None,
        limit: Some(2),
    };
    let first = list_invitations(app, of_owner.clone(), two).await.unwrap();
    let after = first.page.next;
    assert_eq!(first.page.items.len(), 2);
    let rest = Page { after, limit: None };
    let rest = list_invitations(app, of_owner, rest).await.unwrap();
    assert_eq!(rest.page.items.len(), 2 * Kind::ALL.len() - 2);
}

async fn each_that_rests_on_its_issuer_ends_when_that_is_locked(backend: Backend) {
    let house = House::new(backend, &[]).await;
    let mut made = Vec::new();
    for kind in Kind::ALL {
        let shown = house.make(*kind).await;
        let story = house.story(&shown).await.unwrap();
        assert_eq!(story.invitation.issuer_id, Some(house.owner), "{kind}");
        made.push(story.invitation);
    }
    house.world.users.lock(house.owner, true);
    house.world.follow().await;
    for invitation in made {
        let kind = invitation.kind;
        let state = if kind.policy().ends_with_issuer {
            State::Withdrawn
        } else {
            State::Open
        };
        assert_eq!(house.world.row(invitation.id).await.state, state, "{kind}");
    }
}

/// Who calls comes first, then what was sent, then the limit, and only then whether it may be. Neither
/// of the first two counts. A key of the choir contract is no person.
async fn those_of_one_person_are_limited(backend: Backend) {
    let by_persons: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::Choir)
        .collect();
    let most = by_persons.len().to_string();
    let limits = [
        ("LATCHKEY_RATE_LIMITS", "on"),
        ("LATCHKEY_LIMITS__INVITATION__COUNT", most.as_str()),
    ];
    let house = House::new(backend, &limits).await;
    for kind in &by_persons {
        let wish = house.wish(*kind);
        let nobody = house.send(&wish.uri, None, &wish.body).await;
        // Of namespaces strangers are told nothing.
        assert!(
            [401, 404].contains(&nobody.status),
            "{kind}: {}",
            nobody.body
        );
        if !wish.body.is_null() {
            let bad = house.send(&wish.uri, wish.header, &json!({})).await;
            assert!([400, 422].contains(&bad.status), "{kind}: {}", bad.body);
        }
    }
    for kind in &by_persons {
        house.make(*kind).await;
    }
    for kind in &by_persons {
        let refused = house.ask(*kind).await;
        assert_eq!(refused.status, 429, "{kind}: {}", refused.body);
        assert_ne!(refused.header(&RETRY_AFTER), "", "{kind}");
        let wish = house.wish(*kind);
        if !wish.body.is_null() {
            let bad = house.send(&wish.uri, wish.header, &json!({})).await;
            assert!([400, 422].contains(&bad.status), "{kind}: {}", bad.body);
        }
    }
    house.make(Kind::Choir).await;
    house.make(Kind::Choir).await;
    // Another person has a limit of their own.
    let guest = house.site.cookie(house.guest);
    let uri = house.wish(Kind::Registration).uri;
    let made = house.send(&uri, Some(guest), &Value::Null).await;
    assert_eq!(made.status, 201, "{}", made.body);
}
