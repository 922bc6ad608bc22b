//! The audit log of what the operator did with invitations, groups, namespaces and the list of the choirs.

use latchkey_common::audit::{Actor, Ask, Row};
use latchkey_testing::{Backend, both_databases};

use crate::app::choir::create_key::create_operator_key;
use crate::app::choir::revoke_key::revoke_any_choir_key;
use crate::app::choir::whitelist::set_whitelisted;
use crate::app::group::add_member::add_group_member;
use crate::app::group::create::{NewGroup, create_operators_group};
use crate::app::ledger::read_audit::read_audit;
use crate::app::ledger::revoke::revoke_any_invitation;
use crate::app::namespace::create::create_path;
use crate::domain::claim::Which;
use crate::domain::group::{About, WhichGroup};
use crate::domain::namespace::NamespacePath;
use crate::tests::world::World;

both_databases!(each_act_of_the_operator_is_a_row);

fn by() -> Actor {
    Actor::operator(true)
}

async fn rows(world: &World) -> Vec<Row> {
    let found = read_audit(&world.app, &Ask::default()).await.unwrap();
    found.items
}

async fn each_act_of_the_operator_is_a_row(backend: Backend) {
    let world = World::new(backend);
    let (app, users) = (&world.app, &world.users);
    let (john, anna) = (users.account("john"), users.account("anna"));
    world.invite(john).await;
    assert!(rows(&world).await.is_empty());

    let link = world.link(2).await.invitation;
    let which = Which::Id(link.id);
    revoke_any_invitation(app, by(), which).await.unwrap();
    assert!(revoke_any_invitation(app, by(), which).await.is_err());
    for listed in [true, true, false, false] {
        let whom = (john, "john");
        set_whitelisted(app, by(), whom, listed).await.unwrap();
    }
    let key = create_operator_key(app, by(), "the app".to_owned()).await;
    let (key, text) = key.unwrap();
    revoke_any_choir_key(app, by(), key.id).await.unwrap();
    assert!(revoke_any_choir_key(app, by(), key.id).await.is_err());
    let new = || NewGroup {
        owner: john,
        name: "Futsal".to_owned(),
        about: About::default(),
    };
    create_operators_group(app, by(), new()).await.unwrap();
    assert!(create_operators_group(app, by(), new()).await.is_err());
    let group = || WhichGroup::named("Futsal");
    add_group_member(app, by(), group(), anna).await.unwrap();
    assert!(add_group_member(app, by(), group(), anna).await.is_err());
    let path = || NamespacePath::parse("djinn").unwrap();
    create_path(app, by(), john, path()).await.unwrap();
    assert!(create_path(app, by(), john, path()).await.is_err());

    let invitation = format!("inv_{} (registration)", link.id);
    let told = rows(&world).await;
    let told: Vec<(&str, &str)> = told
        .iter()
        .rev()
        .map(|row| (row.verb.as_str(), row.target_name.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("invitation-made", invitation.as_str()),
            ("invitation-revoked", &invitation),
            ("choir-listed", "john"),
            ("choir-unlisted", "john"),
            ("choir-key-made", "the app"),
            ("choir-key-revoked", "the app"),
            ("group-made", "Futsal"),
            ("group-member-added", "Futsal"),
            ("namespace-made", "djinn"),
        ]
    );
    assert!(!format!("{:?}", rows(&world).await).contains(text.expose()));
}
