//! Who let whom in, as an operator asks for it.

use crate::app::ledger::show_invitation::show_invitation;
use crate::app::ledger::show_tree::show_tree;
use crate::domain::claim::Which;
use crate::domain::invitation::{InvitationId, UseState};
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};

use crate::tests::world::World;

both_databases!(an_invitation_tells_its_story, the_tree_goes_up_and_down);

async fn an_invitation_tells_its_story(backend: Backend) {
    let world = World::new(backend);
    world.users.account("taken");
    let link = world.link(5).await;
    let id = link.invitation.id;
    assert!(world.sign_up(&link.token, "taken").await.is_err());
    let john = world.sign_up(&link.token, "John").await.unwrap().id;
    let story = show_invitation(&world.app, Which::Id(id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((story.invitation.used, story.invitation.settled), (1, 1));
    let uses: Vec<_> = story
        .uses
        .iter()
        .map(|one| (one.username.as_str(), one.state, one.user_id))
        .collect();
    let expected = [
        ("taken", UseState::Released, None),
        ("John", UseState::Used, Some(john)),
    ];
    assert_eq!(uses, expected);
    assert_eq!(story.people.name(john), "John");
    assert_eq!(story.people.name(UserId(99)), "deleted");
    let nothing = show_invitation(&world.app, Which::Id(InvitationId(99))).await;
    assert!(nothing.unwrap().is_none());
}

/// Lets somebody in on an invitation of `issuer`'s.
async fn bring(world: &World, issuer: UserId, name: &str) -> UserId {
    let invite = world.invite(issuer).await;
    world.sign_up(&invite.token, name).await.unwrap().id
}

async fn the_tree_goes_up_and_down(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_INVITATIONS__MAX_LEDGER_LINES", "3")]);
    let link = world.link(1).await;
    let root = world.sign_up(&link.token, "root").await.unwrap().id;
    let parent = bring(&world, root, "parent").await;
    let me = bring(&world, parent, "me me").await;
    let child = bring(&world, me, "child").await;
    let grandchild = bring(&world, child, "grandchild").await;

    let tree = show_tree(&world.app, me).await.unwrap();
    let above: Vec<_> = tree.above.iter().map(|(_, row)| row.issuer_id).collect();
    assert_eq!(above, [Some(parent), Some(root), None]);
    let below: Vec<_> = tree.below.iter().map(|(one, _)| one.user_id).collect();
    assert_eq!(below, [Some(child), Some(grandchild)]);
    assert!(!tree.is_cut);
    assert_eq!(tree.people.name(root), "root");
    assert_eq!(tree.people.name(grandchild), "grandchild");

    let whole = show_tree(&world.app, root).await.unwrap();
    assert_eq!((whole.below.len(), whole.is_cut), (3, true));
    assert_eq!(
        show_tree(&world.app, grandchild).await.unwrap().above.len(),
        5
    );
    let parents = show_tree(&world.app, parent).await.unwrap();
    assert_eq!((parents.below.len(), parents.is_cut), (3, false));
}
