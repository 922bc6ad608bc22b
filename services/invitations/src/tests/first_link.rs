//! The link that makes the first account, a super user.

use std::sync::Arc;
use std::time::Duration;

use crate::app::registration::open_first_link::open_first_link;
use crate::app::registration::register::RegisterError;
use crate::domain::claim::Which;
use crate::domain::invitation::{EndReason, InvitationId, State};
use crate::store::engine::invitations::find;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_peers::fake::Trouble;
use latchkey_testing::{Backend, both_databases, eventually};
use tokio::task::spawn_local;

use crate::tests::world::{World, sign_up};

both_databases!(
    the_first_link_makes_one_super_user,
    the_first_link_of_a_restart_replaces_one_in_use,
    nobody_becomes_super_user_by_a_late_first_link,
);

async fn the_first_link_makes_one_super_user(backend: Backend) {
    let world = World::new(backend);
    let first = open_first_link(&world.app).await.unwrap().unwrap();
    let second = open_first_link(&world.app).await.unwrap().unwrap();
    let old = world.sign_up(&first, "John").await;
    assert!(
        matches!(old, Err(RegisterError::InvalidInvitation)),
        "{old:?}"
    );
    let made = world.sign_up(&second, "John").await.unwrap();
    assert!(made.is_super_user);
    assert!(open_first_link(&world.app).await.unwrap().is_none());
    let again = world.sign_up(&second, "Jane").await;
    assert!(
        matches!(again, Err(RegisterError::InvalidInvitation)),
        "{again:?}"
    );
}

async fn the_first_link_of_a_restart_replaces_one_in_use(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "60000")],
    );
    let first = open_first_link(&world.app).await.unwrap().unwrap();
    world.users.calls.trouble(Trouble::Slow);
    let running = {
        let (app, token) = (Arc::clone(&world.app), first.clone());
        spawn_local(async move { sign_up(&app, &token, "John").await.map(drop) })
    };
    eventually(Duration::from_secs(5), "a reservation", || async {
        (world.row(InvitationId(1)).await.used == 1).then_some(())
    })
    .await;
    // The process dies here, and the next one prints a link that works.
    running.abort();
    let second = open_first_link(&world.second()).await.unwrap().unwrap();
    world.users.calls.trouble(Trouble::None);
    assert!(world.sign_up(&second, "Jane").await.unwrap().is_super_user);
    world.advance(Duration::from_secs(61));
    world.settle().await;
    let row = world.row(InvitationId(1)).await;
    assert_eq!((row.state, row.used), (State::Withdrawn, 0));
    assert_eq!(world.users.accounts(), 1);
}

async fn nobody_becomes_super_user_by_a_late_first_link(backend: Backend) {
    let world = World::new(backend);
    let token = open_first_link(&world.app).await.unwrap().unwrap();
    world.users.super_user("boss");
    let late = world.sign_up(&token, "John").await;
    assert!(
        matches!(late, Err(RegisterError::InvalidInvitation)),
        "{late:?}"
    );
    let hash = TokenHash::of(token.expose());
    let found: Result<_, Fault> = world
        .app
        .db
        .look(move |conn| find(conn, Which::Secret(hash)))
        .await;
    let row = found.unwrap().unwrap();
    assert_eq!(
        (row.state, row.end_reason),
        (State::Withdrawn, Some(EndReason::Replaced))
    );
    assert_eq!(world.users.accounts(), 1);
}
