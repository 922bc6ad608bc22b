//! Reserve, act, settle: what becomes of a use when something breaks on the way.

use std::sync::Arc;
use std::time::Duration;

use crate::app::channel::join::JoinError;
use crate::app::engine::settle::settle_due;
use crate::app::registration::register::RegisterError;
use crate::domain::invitation::{EndReason, InvitationId, State, UseState};
use crate::store::engine::claims;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_peers::channels::{AddMemberError, ChannelType, ChannelsApi as _};
use latchkey_peers::fake::Trouble;
use latchkey_peers::users::{CreateAccountError, UsersApi as _};
use latchkey_testing::{Backend, both_databases, eventually};
use tokio::task::{JoinHandle, spawn_local};

use crate::tests::world::{World, sign_up};

both_databases!(
    a_lost_answer_is_found_out,
    a_lost_question_gives_the_use_back,
    joining_is_found_out_in_the_same_way,
    a_hanging_act_is_given_up,
    a_clock_that_is_put_back_keeps_no_use,
    a_running_act_is_left_alone_until_its_deadline,
    a_reservation_refuses_nobody_for_good,
    a_use_that_is_given_back_goes_to_who_waits,
    one_that_cannot_be_decided_keeps_nobody_waiting,
    settling_twice_changes_nothing,
);

/// The promise that needs no hands.
pub(super) const SETTLED_WITHIN: Duration = Duration::from_secs(5);
/// Long enough that only the test's clock lets it pass.
pub(super) const LONG_DEADLINE: (&str, &str) = ("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "60000");

fn is_unavailable<T: std::fmt::Debug>(outcome: &Result<T, RegisterError>) -> bool {
    matches!(
        outcome,
        Err(RegisterError::Fault(Fault::Unavailable { .. }))
    )
}

async fn a_lost_answer_is_found_out(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    let id = link.invitation.id;
    world.users.calls.trouble(Trouble::AnswerLost);
    let outcome = world.sign_up(&link.token, "John").await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
    let reserved = vec![UseState::Reserved];
    assert_eq!(world.stand(id).await, (State::Open, 1, 0, reserved));

    // The handler has reported it, so the job need not wait for the deadline.
    world.settle().await;
    assert_eq!(
        world.stand(id).await,
        (State::Accepted, 1, 1, vec![UseState::Used])
    );
    assert_eq!(world.users.accounts(), 1);
    let uses = world.uses(id).await;
    assert_eq!(
        uses[0]
            .user_id
            .map(|id| world.users.view(id).username)
            .as_deref(),
        Some("John")
    );
}

async fn a_lost_question_gives_the_use_back(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    let id = link.invitation.id;
    world.users.calls.trouble(Trouble::QuestionLost);
    assert!(is_unavailable(&world.sign_up(&link.token, "John").await));
    world.settle().await;
    assert_eq!(
        world.stand(id).await,
        (State::Open, 0, 0, vec![UseState::Released])
    );

    // The question arrives after all: its key is barred for ever.
    world.users.calls.trouble(Trouble::None);
    let late = world.users.create_account(world.users.lost()).await;
    assert!(matches!(late, Err(CreateAccountError::Barred)), "{late:?}");
    assert_eq!(world.users.accounts(), 0);

    world.sign_up(&link.token, "John").await.unwrap();
    let both = vec![UseState::Released, UseState::Used];
    assert_eq!(world.stand(id).await, (State::Accepted, 1, 1, both));
}

async fn joining_is_found_out_in_the_same_way(backend: Backend) {
    let world = World::new(backend);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Private);
    let id = world.offer(owner, channel, guest).await.unwrap().id;

    world.channels.calls.trouble(Trouble::QuestionLost);
    let outcome = world.join(guest, channel, Some(id)).await;
    assert!(
        matches!(outcome, Err(JoinError::Fault(Fault::Unavailable { .. }))),
        "{outcome:?}"
    );
    world.settle().await;
    assert_eq!(
        world.stand(id).await,
        (State::Open, 0, 0, vec![UseState::Released])
    );
    world.channels.calls.trouble(Trouble::None);
    let late = world.channels.add_member(world.channels.lost()).await;
    assert!(matches!(late, Err(AddMemberError::Barred)), "{late:?}");

    world.channels.calls.trouble(Trouble::AnswerLost);
    let outcome = world.join(guest, channel, Some(id)).await;
    assert!(
        matches!(outcome, Err(JoinError::Fault(Fault::Unavailable { .. }))),
        "{outcome:?}"
    );
    // Its own event comes before the job: how the reservation ends says what becomes of it.
    world.follow().await;
    world.settle().await;
    let both = vec![UseState::Released, UseState::Used];
    assert_eq!(world.stand(id).await, (State::Accepted, 1, 1, both));
    assert_eq!(world.channels.members(channel), [owner, guest]);
}

async fn a_hanging_act_is_given_up(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    world.users.calls.trouble(Trouble::Hangs);
    let begun = std::time::Instant::now();
    assert!(is_unavailable(&world.sign_up(&link.token, "John").await));
    assert!(begun.elapsed() >= world.app.settings.act_deadline());
    assert!(begun.elapsed() < SETTLED_WITHIN);
    world.settle().await;
    let released = vec![UseState::Released];
    assert_eq!(
        world.stand(link.invitation.id).await,
        (State::Open, 0, 0, released)
    );
}

/// Starts a sign-up whose act stays on its way, and waits until its use is reserved.
pub(super) async fn begin(
    world: &World,
    token: &Secret,
    id: InvitationId,
) -> JoinHandle<Result<(), RegisterError>> {
    world.users.calls.trouble(Trouble::Slow);
    let (app, token) = (Arc::clone(&world.app), token.clone());
    let running = spawn_local(async move { sign_up(&app, &token, "John").await.map(drop) });
    eventually(SETTLED_WITHIN, "a reservation", || async {
        (world.row(id).await.used == 1).then_some(())
    })
    .await;
    running
}

async fn a_clock_that_is_put_back_keeps_no_use(backend: Backend) {
    let world = World::with(backend, &[LONG_DEADLINE]);
    let link = world.link(1).await;
    let id = link.invitation.id;
    world.advance(Duration::from_hours(2));
    let running = begin(&world, &link.token, id).await;
    world.put_back(Duration::from_hours(2));
    world.settle().await;
    assert_eq!(
        world.stand(id).await,
        (State::Open, 0, 0, vec![UseState::Released])
    );
    world.users.calls.let_go();
    assert!(is_unavailable(&running.await.unwrap()));
    assert_eq!(world.users.accounts(), 0, "the key is barred");
}

async fn a_running_act_is_left_alone_until_its_deadline(backend: Backend) {
    let world = World::with(backend, &[LONG_DEADLINE]);
    let link = world.link(1).await;
    let id = link.invitation.id;
    let running = begin(&world, &link.token, id).await;

    world.advance(Duration::from_secs(50));
    world.settle().await;
    let asked = world.users.calls.asked();
    assert_eq!(asked, ["create-account"], "the job asks for a running act");
    assert_eq!(world.stand(id).await.3, [UseState::Reserved]);

    world.advance(Duration::from_secs(11));
    world.settle().await;
    assert_eq!(
        world.stand(id).await,
        (State::Open, 0, 0, vec![UseState::Released])
    );
    world.users.calls.let_go();
    assert!(is_unavailable(&running.await.unwrap()));
    assert_eq!(world.users.accounts(), 0, "the key is barred");
    assert_eq!(
        world.stand(id).await,
        (State::Open, 0, 0, vec![UseState::Released])
    );
}

async fn a_reservation_refuses_nobody_for_good(backend: Backend) {
    // Somebody's act hangs: who comes next is told to come again, and then comes in.
    let world = World::new(backend);
    let link = world.link(1).await;
    let id = link.invitation.id;
    world.users.calls.trouble(Trouble::AnswerLost);
    assert!(is_unavailable(&world.sign_up(&link.token, "John").await));
    world.users.calls.trouble(Trouble::None);
    let began = std::time::Instant::now();
    let outcome = world.sign_up(&link.token, "Jane").await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
    assert!(began.elapsed() >= world.app.settings.act_deadline());
    assert_eq!(world.stand(id).await.3, [UseState::Reserved]);
    // It has let somebody in: now that is final.
    world.settle().await;
    let outcome = world.sign_up(&link.token, "Jane").await;
    assert!(
        matches!(outcome, Err(RegisterError::InvalidInvitation)),
        "{outcome:?}"
    );
}

async fn a_use_that_is_given_back_goes_to_who_waits(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "3000")],
    );
    let link = world.link(1).await;
    let id = link.invitation.id;
    world.users.calls.trouble(Trouble::QuestionLost);
    assert!(is_unavailable(&world.sign_up(&link.token, "John").await));
    world.users.calls.trouble(Trouble::None);
    let (jane, ()) = tokio::join!(world.sign_up(&link.token, "Jane"), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.settle().await;
    });
    jane.unwrap();
    let both = vec![UseState::Released, UseState::Used];
    assert_eq!(world.stand(id).await, (State::Accepted, 1, 1, both));
}

async fn one_that_cannot_be_decided_keeps_nobody_waiting(backend: Backend) {
    let world = World::new(backend);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Private);
    let link = world.link(1).await;
    let offer = world.offer(owner, channel, guest).await.unwrap();
    world.users.calls.trouble(Trouble::AnswerLost);
    world.channels.calls.trouble(Trouble::AnswerLost);
    assert!(world.sign_up(&link.token, "John").await.is_err());
    assert!(world.join(guest, channel, Some(offer.id)).await.is_err());

    world.users.calls.undecided(true);
    let outcome = settle_due(&world.app).await;
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
    assert_eq!(
        world.stand(link.invitation.id).await.3,
        [UseState::Reserved]
    );
    assert_eq!(world.stand(offer.id).await.3, [UseState::Used]);

    world.users.calls.undecided(false);
    world.settle().await;
    assert_eq!(world.stand(link.invitation.id).await.3, [UseState::Used]);
}

async fn settling_twice_changes_nothing(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(3).await;
    let id = link.invitation.id;
    world.users.calls.trouble(Trouble::AnswerLost);
    assert!(world.sign_up(&link.token, "John").await.is_err());
    let key = world.uses(id).await[0].key();
    world.settle().await;
    let settled = (State::Open, 1, 1, vec![UseState::Used]);
    assert_eq!(world.stand(id).await, settled);
    assert!(!again(&world, key.clone(), true).await);
    assert!(!again(&world, key, false).await);
    assert_eq!(world.stand(id).await, settled);

    world.users.calls.trouble(Trouble::QuestionLost);
    assert!(world.sign_up(&link.token, "Jane").await.is_err());
    world.settle().await;
    let key = world.uses(id).await[1].key();
    let settled = (State::Open, 1, 1, vec![UseState::Used, UseState::Released]);
    assert_eq!(world.stand(id).await, settled);
    assert!(!again(&world, key.clone(), true).await);
    assert!(!again(&world, key, false).await);
    assert_eq!(world.stand(id).await, settled);
}

/// Settles or releases by hand; true when it changed something.
async fn again(world: &World, key: ActKey, used: bool) -> bool {
    let now = world.app.db.now();
    let who = UserId(1);
    let changed: Result<bool, Fault> = world
        .app
        .db
        .write(move |conn| {
            Ok(if used {
                claims::settle(conn, &key, who, now)?
            } else {
                claims::release(conn, &key, Some(EndReason::TakenBack), now)?
            })
        })
        .await;
    changed.unwrap()
}
