//! What people can make without end has a number that one may have, and a rate.

use std::sync::Arc;

use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_testing::{Backend, both_databases, race};

use crate::app::App;
use crate::app::group::create::{CreateGroupError, NewGroup, create_group, create_operators_group};
use crate::app::namespace::create::{CreateError, NamespaceForm, create_namespace};
use crate::domain::group::About;
use crate::tests::world::World;

both_databases!(
    groups_have_a_number,
    namespaces_have_a_number,
    what_is_made_has_a_rate,
    without_limits_there_are_none,
);

const FEW: [(&str, &str); 3] = [
    ("LATCHKEY_INVITATIONS__GROUPS_PER_PERSON", "3"),
    ("LATCHKEY_INVITATIONS__NAMESPACES_PER_PERSON", "3"),
    ("LATCHKEY_RATE_LIMITS", "on"),
];

fn group(owner: UserId, nth: usize) -> NewGroup {
    NewGroup {
        owner,
        name: format!("Group {nth}"),
        about: About::default(),
    }
}

async fn namespace(app: &App, owner: UserId, nth: usize) -> Result<(), CreateError> {
    let me = app.users.by_ids(vec![owner]).await?.remove(0);
    let form = NamespaceForm {
        name: format!("space{nth}"),
        ..NamespaceForm::default()
    };
    create_namespace(app, me, form).await.map(drop)
}

async fn groups_have_a_number(backend: Backend) {
    let world = World::with(backend, &FEW);
    let (john, jane) = (world.users.account("John"), world.users.account("Jane"));
    let apps = [Arc::clone(&world.app), world.second()];
    let made = race(16, |nth| {
        let app = &apps[nth % 2];
        async move { create_group(app, group(john, nth)).await }
    })
    .await;
    let few = made.iter().filter(|one| one.is_ok()).count();
    let refused = made
        .iter()
        .filter(|one| matches!(one, Err(CreateGroupError::TooMany)));
    assert_eq!((few, refused.count()), (3, 13));
    create_group(&world.app, group(jane, 100)).await.unwrap();
    let by_operator =
        create_operators_group(&world.app, Actor::operator(true), group(john, 101)).await;
    by_operator.unwrap();
}

async fn namespaces_have_a_number(backend: Backend) {
    let world = World::with(backend, &FEW);
    let (john, jane) = (world.users.account("John"), world.users.account("Jane"));
    let apps = [Arc::clone(&world.app), world.second()];
    let made = race(16, |nth| {
        let app = &apps[nth % 2];
        async move { namespace(app, john, nth).await }
    })
    .await;
    let few = made.iter().filter(|one| one.is_ok()).count();
    let refused = made.iter().filter(|one| match one {
        Err(CreateError::Invalid(said)) => said[0].sentence.contains("delete one first"),
        _ => false,
    });
    assert_eq!((few, refused.count()), (3, 13));
    namespace(&world.app, jane, 1).await.unwrap();
}

async fn what_is_made_has_a_rate(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_LIMITS__GROUP__COUNT", "2"),
            ("LATCHKEY_LIMITS__NAMESPACE__COUNT", "2"),
            ("LATCHKEY_RATE_LIMITS", "on"),
        ],
    );
    let john = world.users.account("John");
    for nth in 0..2 {
        create_group(&world.app, group(john, nth)).await.unwrap();
        namespace(&world.app, john, nth).await.unwrap();
    }
    let refused = create_group(&world.app, group(john, 2)).await;
    assert!(matches!(
        refused,
        Err(CreateGroupError::Fault(Fault::Busy { .. }))
    ));
    let refused = namespace(&world.app, john, 2).await;
    assert!(matches!(
        refused,
        Err(CreateError::Fault(Fault::Busy { .. }))
    ));
}

async fn without_limits_there_are_none(backend: Backend) {
    let mut env = FEW;
    env[2].1 = "off";
    let world = World::with(backend, &env);
    let john = world.users.account("John");
    for nth in 0..5 {
        create_group(&world.app, group(john, nth)).await.unwrap();
        namespace(&world.app, john, nth).await.unwrap();
    }
}
