//! Making accounts as the peer of invitations.

use latchkey_common::auth::UserId;
use latchkey_peers::Decided;
use latchkey_peers::events::UserEventKind;
use latchkey_peers::users::{CreateAccount, CreateAccountError, UserView, Username};
use latchkey_testing::{Backend, both_databases, eventually, race};
use serde_json::json;
use std::time::Duration;

use crate::world::{World, ask};

both_databases!(
    one_name_has_one_winner,
    one_key_makes_one_account,
    a_taken_name_leaves_the_key_whole,
    a_decided_key_stays_decided,
    deciding_and_making_exclude_each_other,
    a_locked_issuer_lets_nobody_in,
    a_demoted_issuer_lets_nobody_in,
    accounts_are_found,
    events_come_in_their_order,
);

async fn one_name_has_one_winner(backend: Backend) {
    let world = World::new(backend);
    let names = ["RacerOne", "raceRONE", "racerone"];
    let made = race(30, |n| world.users.create_account(ask(names[n % 3]))).await;
    let winners: Vec<&UserView> = made.iter().filter_map(|one| one.as_ref().ok()).collect();
    assert_eq!(winners.len(), 1);
    for loser in made.iter().filter_map(|one| one.as_ref().err()) {
        assert!(
            matches!(loser, CreateAccountError::UsernameTaken),
            "{loser:?}"
        );
    }
    let found = world
        .users
        .by_username("RACERONE".to_owned())
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(winners[0]));
}

async fn one_key_makes_one_account(backend: Backend) {
    let world = World::new(backend);
    let once = ask("only-once");
    let made = race(10, |_| world.users.create_account(once.clone())).await;
    let made: Vec<UserView> = made.into_iter().map(Result::unwrap).collect();
    assert!(made.iter().all(|one| *one == made[0]), "{made:?}");
    // Another name with the same key is still the same act.
    let other = CreateAccount {
        username: Username::parse("other name").unwrap(),
        ..once
    };
    assert_eq!(world.users.create_account(other).await.unwrap(), made[0]);
    assert_eq!(
        world
            .users
            .by_username("other name".to_owned())
            .await
            .unwrap(),
        None
    );
}

async fn a_taken_name_leaves_the_key_whole(backend: Backend) {
    let world = World::new(backend);
    let first = world.account("somebody").await;
    let second = ask("SOMEBODY");
    let refused = world.users.create_account(second.clone()).await;
    assert!(matches!(refused, Err(CreateAccountError::UsernameTaken)));
    let other = CreateAccount {
        username: Username::parse("somebody else").unwrap(),
        ..second
    };
    let made = world.users.create_account(other).await.unwrap();
    assert!(made.id > first.id && made.uuid != first.uuid);
}

async fn a_decided_key_stays_decided(backend: Backend) {
    let world = World::new(backend);
    let (made, never) = (ask("made first"), ask("never made"));
    let account = world.users.create_account(made.clone()).await.unwrap();
    for _ in 0..2 {
        let decided = world.users.decide_account(made.key.clone()).await.unwrap();
        assert_eq!(decided, Decided::Made(account.clone()));
        let decided = world.users.decide_account(never.key.clone()).await.unwrap();
        assert_eq!(decided, Decided::Barred);
        let refused = world.users.create_account(never.clone()).await;
        assert!(matches!(refused, Err(CreateAccountError::Barred)));
    }
    assert_eq!(
        world
            .users
            .by_username("never made".to_owned())
            .await
            .unwrap(),
        None
    );
}

async fn deciding_and_making_exclude_each_other(backend: Backend) {
    let world = World::new(backend);
    for round in 0..30 {
        let name = format!("round {round}");
        let ask = ask(&name);
        let key = ask.key.clone();
        let (made, decided) = tokio::join!(world.users.create_account(ask), async {
            // Spread over the time that a hash takes.
            tokio::time::sleep(Duration::from_micros(round * 100)).await;
            world.users.decide_account(key).await
        });
        let found = world.users.by_username(name).await.unwrap();
        match (made, decided.unwrap()) {
            (Ok(account), Decided::Made(same)) => {
                assert_eq!(account, same);
                assert_eq!(found, Some(account));
            }
            (Err(CreateAccountError::Barred), Decided::Barred) => assert_eq!(found, None),
            (made, decided) => panic!("{made:?} and {decided:?}"),
        }
    }
}

async fn a_locked_issuer_lets_nobody_in(backend: Backend) {
    let world = World::new(backend);
    let issuer = world.account("the issuer").await;
    let invited = |name| CreateAccount {
        issuer: Some(issuer.id),
        ..ask(name)
    };
    assert!(
        world
            .users
            .create_account(invited("guest one"))
            .await
            .is_ok()
    );
    world
        .operate("lock", json!({"username": "the issuer"}))
        .await;
    let two = invited("guest two");
    let refused = world.users.create_account(two.clone()).await;
    assert!(matches!(refused, Err(CreateAccountError::IssuerLostRight)));
    world
        .operate("unlock", json!({"username": "the issuer"}))
        .await;
    assert!(world.users.create_account(two).await.is_ok());
}

async fn a_demoted_issuer_lets_nobody_in(backend: Backend) {
    let world = World::new(backend);
    let issuer = world.account("the issuer").await;
    world.account("the other").await;
    for name in ["the issuer", "the other"] {
        world.operate("promote", json!({"username": name})).await;
    }
    let invited = |name: &str, by_super_users| CreateAccount {
        issuer: Some(issuer.id),
        by_super_users,
        ..ask(name)
    };
    for round in 0..4 {
        world
            .operate("promote", json!({"username": "the issuer"}))
            .await;
        let early: Vec<_> = (0..4)
            .map(|nth| invited(&format!("early {round} {nth}"), true))
            .collect();
        race(5, |nth| {
            let (world, early) = (&world, &early);
            async move {
                match early.get(nth) {
                    Some(ask) => drop(world.users.create_account(ask.clone()).await),
                    None => drop(
                        world
                            .operate("demote", json!({"username": "the issuer"}))
                            .await,
                    ),
                }
            }
        })
        .await;
        let late = invited(&format!("late {round}"), true);
        let refused = world.users.create_account(late).await;
        assert!(matches!(refused, Err(CreateAccountError::IssuerLostRight)));
        let late = invited(&format!("late {round}"), false);
        assert!(world.users.create_account(late).await.is_ok());
    }
}

async fn accounts_are_found(backend: Backend) {
    let world = World::new(backend);
    let (one, two) = (
        world.account("Straße").await,
        world.account("bob the 2nd").await,
    );
    let found = world.users.by_username("STRASSE".to_owned()).await.unwrap();
    assert_eq!(found.unwrap().username, "Straße");
    let ids = vec![two.id, UserId(0), UserId(-5), UserId(i64::MAX), one.id];
    let mut found = world.users.by_ids(ids).await.unwrap();
    found.sort_by_key(|user| user.id);
    assert_eq!(found, [one, two]);
    assert!(world.users.by_ids(vec![]).await.unwrap().is_empty());
    assert!(!world.users.has_super_user().await.unwrap());
    world
        .operate("promote", json!({"username": "straße"}))
        .await;
    assert!(world.users.has_super_user().await.unwrap());
}

async fn events_come_in_their_order(backend: Backend) {
    let world = World::new(backend);
    let jobs = world.start_jobs();
    let user = world.account("eventful").await;
    world.operate("lock", json!({"username": "eventful"})).await;
    world.operate("lock", json!({"username": "eventful"})).await;
    world
        .operate("unlock", json!({"username": "eventful"}))
        .await;
    // The last super user is not demoted, so there is another one.
    let other = world.account("other one").await;
    world
        .operate("promote", json!({"username": "other one"}))
        .await;
    for call in ["promote", "demote", "demote"] {
        world.operate(call, json!({"username": "eventful"})).await;
    }
    let events = eventually(Duration::from_secs(5), "five events", || async {
        let batch = world.users.events(0, 100).await.unwrap();
        (batch.events.len() == 5).then_some(batch)
    })
    .await;
    let kinds: Vec<_> = events.events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [
            UserEventKind::Created,
            UserEventKind::Locked,
            UserEventKind::Unlocked,
            UserEventKind::Created,
            UserEventKind::Demoted,
        ]
    );
    let whose = events.events.iter().map(|event| event.user);
    let expected = [user.id, user.id, user.id, other.id, user.id];
    assert!(whose.eq(expected));
    assert!(
        events
            .events
            .is_sorted_by(|one, two| one.position < two.position)
    );
    let first = world.users.events(0, 1).await.unwrap();
    assert_eq!(first.next, events.events[0].position);
    let rest = world.users.events(first.next, 100).await.unwrap();
    assert_eq!(rest.events, events.events[1..]);
    let nothing = world.users.events(rest.next, 100).await.unwrap();
    assert_eq!((nothing.events.len(), nothing.next), (0, rest.next));
    jobs.stop().await;
}
