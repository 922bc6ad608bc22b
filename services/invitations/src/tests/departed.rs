//! What becomes of invitations, groups, namespaces and the ledger when somebody deletes the account.

use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_peers::channels::ChannelType;
use latchkey_peers::users::{DELETED, Part};
use latchkey_testing::{Backend, both_databases, race};

use crate::app::choir::create_key::create_choir_key;
use crate::app::choir::list_keys::list_all_choir_keys;
use crate::app::choir::whitelist::set_whitelisted;
use crate::app::departed::forget::forget_departed;
use crate::app::group::add_member::add_group_member;
use crate::app::group::create::{NewGroup, create_group};
use crate::app::group::list_join_requests::JoinRequestView;
use crate::app::group::make_join_request::{MakeError, NewJoinRequest, make_join_request};
use crate::app::namespace::create::create_path;
use crate::domain::group::{About, Group, Role, WhichGroup};
use crate::domain::invitation::{EndReason, State, UseState};
use crate::domain::join_request::Word;
use crate::domain::kind::Direction;
use crate::domain::namespace::{NamespaceId, NamespacePath};
use crate::store::group::{group_members, groups, join_requests};
use crate::store::namespace::{collaborators, namespaces};
use crate::tests::world::World;

both_databases!(
    invitations_end_and_the_ledger_keeps_a_tombstone,
    offers_of_groups_are_answered_in_their_own_words,
    groups_go_to_whoever_is_left,
    a_group_goes_to_whoever_is_locked_only_where_all_are,
    namespaces_go,
    forgetting_and_accepting_race,
);

impl World {
    async fn forget(&self, user: UserId) {
        self.users.delete(user);
        // Twice, as after a crash.
        for _ in 0..2 {
            forget_departed(&self.app).await.unwrap();
        }
        assert!(self.users.is_forgotten(Part::Invitations, user));
    }

    async fn group(&self, owner: UserId, name: &str) -> Group {
        let new = NewGroup {
            owner,
            name: name.to_owned(),
            about: About::default(),
        };
        create_group(&self.app, new).await.unwrap()
    }

    async fn put_into(&self, group: &Group, user: UserId) {
        let by = Actor::operator(true);
        let added = add_group_member(&self.app, by, WhichGroup::Id(group.id), user).await;
        added.unwrap();
    }

    async fn role(&self, group: &Group, user: UserId) -> Option<Role> {
        let (id, now) = (group.id, self.app.db.now());
        let role = self
            .app
            .db
            .look(move |conn| group_members::role_of(conn, id, user, now))
            .await;
        role.unwrap()
    }

    async fn is_there(&self, group: &Group) -> bool {
        let which = WhichGroup::Id(group.id);
        let found = self
            .app
            .db
            .look(move |conn| groups::find(conn, &which))
            .await;
        found.unwrap().is_some()
    }
}

async fn namespaces_of(world: &World, owner: UserId) -> Vec<NamespaceId> {
    let found = world
        .app
        .db
        .look(move |conn| namespaces::trees_of(conn, owner, 10))
        .await;
    found.unwrap().into_iter().map(|one| one.id).collect()
}

async fn invitations_end_and_the_ledger_keeps_a_tombstone(backend: Backend) {
    let world = World::new(backend);
    let [owner, guest] = ["owner", "guest"].map(|name| world.users.account(name));
    let channel = world.channels.create(owner, ChannelType::Private);
    let used = world.invite(owner).await;
    let child = world.sign_up(&used.token, "child").await.unwrap();
    let open = world.invite(owner).await;
    let offer = world.offer(owner, channel, guest).await.unwrap().id;
    world.forget(owner).await;
    for id in [open.invitation.id, offer] {
        let row = world.row(id).await;
        let ended = (row.state, row.end_reason);
        assert_eq!(ended, (State::Withdrawn, Some(EndReason::IssuerLostRight)));
    }
    assert!(world.sign_up(&open.token, "other").await.is_err());

    // Who invited whom is known when either of them is gone.
    world.forget(child.id).await;
    let (row, ledger) = (
        world.row(used.invitation.id).await,
        world.uses(used.invitation.id).await,
    );
    assert_eq!(row.issuer_id, Some(owner));
    let [come] = ledger.as_slice() else {
        panic!("{ledger:?}")
    };
    assert_eq!((come.user_id, come.state), (Some(child.id), UseState::Used));
    assert_eq!(come.username, DELETED);

    // What waits for somebody who goes is answered.
    let other = world.users.account("other owner");
    let theirs = world.channels.create(other, ChannelType::Private);
    let waiting = world.offer(other, theirs, guest).await.unwrap().id;
    set_whitelisted(&world.app, Actor::operator(true), (guest, "guest"), true)
        .await
        .unwrap();
    let caller = world.caller(guest);
    create_choir_key(&world.app, &caller, "mine".to_owned())
        .await
        .unwrap();
    world.forget(guest).await;
    let row = world.row(waiting).await;
    assert_eq!((row.state, row.decided_by), (State::Declined, Some(guest)));
    assert!(list_all_choir_keys(&world.app).await.unwrap().0.is_empty());
}

async fn groups_go_to_whoever_is_left(backend: Backend) {
    let world = World::new(backend);
    let [anna, berta, cora] = ["anna", "berta", "cora"].map(|name| world.users.account(name));
    let (club, alone) = (
        world.group(anna, "club").await,
        world.group(anna, "alone").await,
    );
    world.put_into(&club, berta).await;
    world.put_into(&club, cora).await;
    world.forget(anna).await;
    assert_eq!(world.role(&club, anna).await, None);
    assert_eq!(world.role(&club, berta).await, Some(Role::Admin));
    assert_eq!(world.role(&club, cora).await, Some(Role::Member));
    assert!(!world.is_there(&alone).await);
    // Somebody who looks after nothing just goes.
    world.forget(cora).await;
    assert_eq!(world.role(&club, cora).await, None);
    assert_eq!(world.role(&club, berta).await, Some(Role::Admin));
    world.forget(berta).await;
    assert!(!world.is_there(&club).await);
}

async fn a_group_goes_to_whoever_is_locked_only_where_all_are(backend: Backend) {
    let world = World::new(backend);
    let [anna, berta, cora] = ["anna", "berta", "cora"].map(|name| world.users.account(name));
    let club = world.group(anna, "club").await;
    world.put_into(&club, berta).await;
    world.put_into(&club, cora).await;
    world.users.lock(berta, true);
    world.forget(anna).await;
    assert_eq!(world.role(&club, berta).await, Some(Role::Member));
    assert_eq!(world.role(&club, cora).await, Some(Role::Admin));
    world.forget(cora).await;
    assert_eq!(world.role(&club, berta).await, Some(Role::Admin));
}

async fn namespaces_go(backend: Backend) {
    let world = World::new(backend);
    let [anna, berta] = ["anna", "berta"].map(|name| world.users.account(name));
    for (owner, path) in [(anna, "docs"), (anna, "docs/api"), (berta, "code")] {
        let path = NamespacePath::parse(path).unwrap();
        create_path(&world.app, Actor::operator(true), owner, path)
            .await
            .unwrap();
    }
    let now = world.app.db.now();
    let code = namespaces_of(&world, berta).await[0];
    world
        .app
        .db
        .change(move |conn| collaborators::add(conn, code, anna, now))
        .await
        .unwrap();
    world.forget(anna).await;
    assert!(namespaces_of(&world, anna).await.is_empty());
    assert_eq!(namespaces_of(&world, berta).await, [code]);
    let left = world
        .app
        .db
        .look(move |conn| collaborators::list(conn, code, 0, 10, now))
        .await
        .unwrap();
    assert!(left.is_empty());
}

/// Whichever is first: nobody is in afterwards, and the ledger has no reservation.
async fn forgetting_and_accepting_race(backend: Backend) {
    let world = World::new(backend);
    for round in 0..6 {
        let owner = world.users.account(&format!("owner{round}"));
        let guest = world.users.account(&format!("guest{round}"));
        let channel = world.channels.create(owner, ChannelType::Private);
        let offer = world.offer(owner, channel, guest).await.unwrap().id;
        race(2, |nth| {
            let world = &world;
            async move {
                if nth == 0 {
                    drop(world.join(guest, channel, Some(offer)).await);
                } else {
                    world.users.delete(guest);
                    forget_departed(&world.app).await.unwrap();
                }
            }
        })
        .await;
        world.settle().await;
        forget_departed(&world.app).await.unwrap();
        let row = world.row(offer).await;
        assert_ne!(row.state, State::Open, "round {round}");
        assert_eq!(row.used, row.settled, "round {round}");
    }
}

async fn offers_of_groups_are_answered_in_their_own_words(backend: Backend) {
    let world = World::new(backend);
    let [admin, guest, other] = ["admin", "guest", "other"].map(|name| world.users.account(name));
    let group = world.group(admin, "Futsal").await;
    let offer = async |user: UserId| {
        let new = NewJoinRequest {
            caller: admin,
            user: world.users.view(user).uuid,
            group: group.uuid.clone(),
            direction: Direction::Offer,
            message: Some("Come".to_owned()),
        };
        make_join_request(&world.app, new).await
    };
    let words = async |made: &JoinRequestView| {
        let uuid = made.request.words.uuid.clone();
        let found = world
            .app
            .db
            .look(move |conn| join_requests::find(conn, &uuid));
        found.await.unwrap().unwrap().words
    };
    let made = offer(guest).await.unwrap();
    world.forget(guest).await;
    let left = words(&made).await;
    assert_eq!(
        (left.word, left.message.as_deref()),
        (Some(Word::Rejected), Some("Come"))
    );
    assert!(matches!(offer(guest).await, Err(MakeError::UserNotFound)));

    world.put_into(&group, other).await;
    world.forget(admin).await;
    assert_eq!(words(&made).await.message, None);
}
