//! What was begun is finished, or its end is told.

use actix_web::http::header::LOCATION;
use latchkey_peers::fake::Trouble;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::of_all::{Several, account, dropped, given, outcomes};
use crate::app::engine::settle::settle_due;
use crate::domain::act::DropReason;
use crate::domain::invitation::InvitationId;
use crate::store::engine::acts;
use crate::tests::v1::house::id;

both_databases!(
    what_was_begun_is_finished,
    a_job_that_is_refused_says_so,
    an_act_is_decided_once,
);

/// Channels fails while the account is there already; the answer says that it is not over, and then it is.
async fn what_was_begun_is_finished(backend: Backend) {
    let several = Several::within(backend, "2000").await;
    let (house, world) = (&several.house, &several.house.world);
    for (name, trouble) in [
        ("lost-question", Trouble::QuestionLost),
        ("lost-answer", Trouble::AnswerLost),
        ("no-answer", Trouble::Hangs),
    ] {
        let made = several.link(json!({"max_uses": 1})).await;
        world.channels.calls.trouble(trouble);
        let begun = several.come(&made, name).await;
        assert_eq!(begun.status, 202, "{}", begun.body);
        assert_eq!(begun.json()["state"], "reserved");
        let outcome = |at: usize| outcomes(&begun.json())[at].0.clone();
        assert_eq!((outcome(0), outcome(1)), ("given".into(), "pending".into()));
        assert!(settle_due(&world.app).await.is_err());
        let who = account(&begun.json());
        let place = begun.header(&LOCATION).to_owned();
        let still = house.get(&place, who).await.json();
        assert_eq!(still["state"], "reserved", "{still}");

        world.channels.calls.trouble(Trouble::None);
        world.settle().await;
        let settled = house.get(&place, who).await.json();
        assert_eq!(settled["state"], "settled", "{settled}");
        assert_eq!(outcomes(&settled), vec![given(); 5]);
        assert_eq!(several.has(who).await, [true; 4]);
        let (settled, roster) = house.came_by(id(&made)).await;
        assert_eq!((settled, roster.len()), (1, 1));
        several.ledger_is_whole().await;
    }
    // Users fails: there is no account, and then there is none ever.
    let made = several.link(json!({"max_uses": 1})).await;
    world.users.calls.trouble(Trouble::QuestionLost);
    let begun = several.come(&made, "nobody-yet").await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    world.users.calls.trouble(Trouble::None);
    world.settle().await;
    let released = house.get(begun.header(&LOCATION), house.owner).await.json();
    assert_eq!(released["state"], "released", "{released}");
    assert_eq!(outcomes(&released), vec![dropped("no_account"); 5]);
    assert_eq!(several.come(&made, "nobody-yet").await.status, 201);
    several.ledger_is_whole().await;
}

/// The act was made, its answer lost, and then the channel closed: whoever came has had it.
async fn a_job_that_is_refused_says_so(backend: Backend) {
    let several = Several::new(backend).await;
    let (house, world) = (&several.house, &several.house.world);
    for (name, trouble, expected) in [
        ("was-made", Trouble::AnswerLost, given()),
        (
            "was-not",
            Trouble::QuestionLost,
            dropped("inviter_lost_right"),
        ),
    ] {
        let made = several.link(json!({"max_uses": 1})).await;
        world.channels.calls.trouble(trouble);
        let begun = several.come(&made, name).await;
        assert_eq!(begun.status, 202, "{}", begun.body);
        world.channels.calls.trouble(Trouble::None);
        world.users.lock(house.owner, true);
        world.settle().await;
        world.users.lock(house.owner, false);
        let who = account(&begun.json());
        let settled = house.get(begun.header(&LOCATION), who).await.json();
        let lost = dropped("inviter_lost_right");
        let told = [given(), expected, lost.clone(), lost.clone(), lost];
        assert_eq!(outcomes(&settled), told, "{name}");
        assert_eq!(
            world.channels.members(house.channel).contains(&who),
            told[1] == given()
        );
        several.ledger_is_whole().await;
    }
}

async fn an_act_is_decided_once(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({})).await;
    let came = several.come(&made, "newcomer").await;
    let world = &several.house.world;
    let used = world.uses(InvitationId(1)).await.remove(0);
    let now = world.app.db.now();
    let decided = world.app.db.change(move |conn| {
        let rows = acts::of_uses(conn, &[used.id])?;
        rows.iter()
            .map(|act| acts::drop_it(conn, act.id, DropReason::TargetClosed, now))
            .collect::<Result<Vec<bool>, _>>()
    });
    assert_eq!(decided.await.unwrap(), [false; 5]);
    let who = account(&came.json());
    let shown = several.house.get(came.header(&LOCATION), who).await;
    assert_eq!(outcomes(&shown.json()), vec![given(); 5]);
}
