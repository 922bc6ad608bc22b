//! Invitations that give several things for one use.

mod again;
mod finished;
pub(super) mod of_all;

use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_peers::channels::{Permission, Permissions};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use self::of_all::{Several, account, dropped, given, outcomes};
use super::house::{code, id, secret};
use crate::app::ledger::show_tree::show_tree;
use crate::tests::world::PASSWORD;

both_databases!(
    of_sixty_four_at_once_ten_get_all_of_it,
    what_is_lost_is_dropped_by_name,
    a_lost_first_thing_ends_nothing,
    or_nobody_comes_in,
    without_an_account_nothing_is_given,
    whoever_has_an_account_gets_the_rest,
    whoever_has_all_of_it_costs_no_use,
    no_other_contract_gives_a_part,
    nobody_gives_more_than_they_may,
);

async fn of_sixty_four_at_once_ten_get_all_of_it(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({})).await;
    let types: Vec<&str> = made["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    let promised = ["account", "channel", "channel", "group", "namespace"];
    assert_eq!(types, promised);
    let names: Vec<String> = (0..64).map(|n| format!("racer-{n}")).collect();
    let answers = race(64, |n| several.come(&made, &names[n])).await;
    let (came, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(came.len(), 10);
    for answer in refused {
        assert_eq!(code(answer), "invitation-used-up", "{}", answer.body);
    }
    for answer in came {
        let redemption = answer.json();
        assert_eq!(outcomes(&redemption), vec![given(); 5]);
        assert_eq!(several.has(account(&redemption)).await, [true; 4]);
    }
    let (settled, roster) = several.house.came_by(id(&made)).await;
    assert_eq!((settled, roster.len()), (10, 10));
    let channels = &several.house.world.channels;
    assert_eq!(channels.members(several.house.channel).len(), 11);
    assert_eq!(channels.members(several.second).len(), 11);
    several.ledger_is_whole().await;
}

async fn what_is_lost_is_dropped_by_name(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({})).await;
    let (house, world) = (&several.house, &several.house.world);
    world.channels.close(house.channel);
    world.channels.leave(several.second, house.owner);
    // The feed that says so ends nothing: there is more to give.
    world.follow().await;
    let preview = house.preview(secret(&made)).await.json();
    let lost: Vec<&Value> = preview["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["lost"])
        .collect();
    let expected = [
        &json!(null),
        &json!("target_closed"),
        &json!("inviter_lost_right"),
        &json!(null),
        &json!(null),
    ];
    assert_eq!(lost, expected);
    assert_eq!(preview["target"], "Futsal");
    let came = several.come(&made, "newcomer").await;
    assert_eq!(came.status, 201, "{}", came.body);
    let expected = [
        given(),
        dropped("target_closed"),
        dropped("inviter_lost_right"),
        given(),
        given(),
    ];
    assert_eq!(outcomes(&came.json()), expected);
    let who = account(&came.json());
    assert_eq!(several.has(who).await, [false, false, true, true]);
    // Its maker, and whoever came, are told the same.
    let roster = house.came_by(id(&made)).await.1;
    assert_eq!(outcomes(&roster[0]), expected);
    let shown = house.get(came.header(&LOCATION), who).await;
    assert_eq!(shown.json(), came.json());
    let stranger = world.users.account("stranger");
    assert_eq!(
        house.get(came.header(&LOCATION), stranger).await.status,
        404
    );
    several.ledger_is_whole().await;
}

async fn a_lost_first_thing_ends_nothing(backend: Backend) {
    let several = Several::new(backend).await;
    let mut grants = several.grants();
    let all = grants.as_array_mut().unwrap();
    all.retain(|one| one["type"] != "account");
    let made = several.link(json!({"grants": grants})).await;
    let (house, world) = (&several.house, &several.house.world);
    world.channels.close(house.channel);
    // The feed says so, and there is more to give.
    world.follow().await;
    let guest = world.users.account("guest");
    let body = json!({"secret": secret(&made)});
    let came = house.post("/v1/redemptions", guest, body).await;
    assert_eq!(came.status, 201, "{}", came.body);
    let mut expected = vec![dropped("target_closed")];
    expected.extend(vec![given(); 3]);
    assert_eq!(outcomes(&came.json()), expected);
}

async fn or_nobody_comes_in(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({"on_lost_right": "refuse"})).await;
    let house = &several.house;
    house.world.channels.leave(several.second, house.owner);
    for name in ["first", "second"] {
        let refused = several.come(&made, name).await;
        assert_eq!(code(&refused), "inviter-lost-right", "{}", refused.body);
    }
    assert_eq!(house.came_by(id(&made)).await, (0, Vec::new()));
    assert_eq!(house.world.channels.members(house.channel).len(), 1);
    house.world.channels.close(house.channel);
    let refused = several.come(&made, "third").await;
    assert_eq!(code(&refused), "target-closed", "{}", refused.body);
}

async fn without_an_account_nothing_is_given(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({"max_uses": 1})).await;
    let house = &several.house;
    let taken = house.world.users.account("taken");
    let refused = several.come(&made, "taken").await;
    assert_eq!(code(&refused), "username-taken", "{}", refused.body);
    assert_eq!(several.has(taken).await, [false; 4]);
    let body = json!({"secret": secret(&made)});
    let nobody = house
        .send(
            Method::POST,
            "/v1/redemptions",
            None,
            Some(body.clone()),
            None,
        )
        .await;
    assert_eq!(nobody.status, 422, "{}", nobody.body);
    // The link is whole.
    let came = several.come(&made, "newcomer").await;
    assert_eq!(outcomes(&came.json()), vec![given(); 5]);
    let late = several.come(&made, "latecomer").await;
    assert_eq!(code(&late), "invitation-used-up");
    several.ledger_is_whole().await;
}

async fn whoever_has_an_account_gets_the_rest(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({})).await;
    let house = &several.house;
    let guest = house.world.users.account("guest");
    let body = json!({"secret": secret(&made)});
    let came = house.post("/v1/redemptions", guest, body).await;
    assert_eq!(came.status, 201, "{}", came.body);
    let mut expected = vec![dropped("already_there")];
    expected.extend(vec![given(); 4]);
    assert_eq!(outcomes(&came.json()), expected);
    assert_eq!(several.has(guest).await, [true; 4]);
    // They were no newcomer of the owner's.
    let tree = show_tree(&house.world.app, house.owner).await.unwrap();
    assert!(tree.below.is_empty());
    let newcomer = account(&several.come(&made, "newcomer").await.json());
    let tree = show_tree(&house.world.app, house.owner).await.unwrap();
    let below: Vec<_> = tree.below.iter().map(|(one, _)| one.user_id).collect();
    assert_eq!(below, [Some(newcomer)]);
    several.ledger_is_whole().await;
}

async fn whoever_has_all_of_it_costs_no_use(backend: Backend) {
    let several = Several::new(backend).await;
    let made = several.link(json!({})).await;
    let house = &several.house;
    let body = json!({"secret": secret(&made)});
    for who in [
        house.owner,
        account(&several.come(&made, "guest").await.json()),
    ] {
        let refused = house.post("/v1/redemptions", who, body.clone()).await;
        assert_eq!(code(&refused), "already-member", "{}", refused.body);
    }
    let shown = house
        .get(&format!("/v1/invitations/{}", id(&made)), house.owner)
        .await;
    assert_eq!(shown.json()["uses"]["taken"], 1);
    assert_eq!(shown.json()["state"], "open");
    // One who lacks a part gets that part.
    let partly = house.world.users.account("partly");
    let read = [Permission::Read].into_iter().collect::<Permissions>();
    house.world.channels.enter(house.channel, partly, read);
    let came = house.post("/v1/redemptions", partly, body).await;
    let expected = [
        dropped("already_there"),
        dropped("already_there"),
        given(),
        given(),
        given(),
    ];
    assert_eq!(outcomes(&came.json()), expected);
    several.ledger_is_whole().await;
}

async fn no_other_contract_gives_a_part(backend: Backend) {
    let several = Several::new(backend).await;
    let house = &several.house;
    let guest = house.world.users.account("guest");
    let audience = json!({"type": "account", "account": format!("acc_{guest}")});
    let wish = json!({
        "grants": [house.grant("channel"), house.grant("group")],
        "audience": audience,
    });
    let made = house.post("/v1/invitations", house.owner, wish).await;
    let made = made.json();
    assert_eq!(house.world.received(guest).await, Vec::new());
    let number: i64 = id(&made).strip_prefix("inv_").unwrap().parse().unwrap();
    let join = json!({"channelId": house.channel, "inviteId": number});
    let refused = house.site.post_as(guest, "/api/channel/join", join).await;
    assert!((400..500).contains(&refused.status), "{}", refused.body);
    let link = several.link(json!({})).await;
    let create = json!({
        "username": "newcomer", "password": PASSWORD, "inviteToken": secret(&link),
    });
    let create = TestRequest::post().uri("/api/user/create").set_json(create);
    let refused = house.site.send(create).await;
    assert!((400..500).contains(&refused.status), "{}", refused.body);
    for one in [&made, &link] {
        assert_eq!(house.came_by(id(one)).await, (0, Vec::new()));
    }
    assert_eq!(house.world.channels.members(house.channel).len(), 1);
    let body = json!({"secret": secret(&made)});
    let came = house.post("/v1/redemptions", guest, body).await;
    assert_eq!(outcomes(&came.json()), vec![given(); 2]);
}

async fn nobody_gives_more_than_they_may(backend: Backend) {
    let several = Several::new(backend).await;
    let house = &several.house;
    let maker = house.world.users.account("maker");
    let perms = [Permission::Read, Permission::Invite];
    let perms = perms.into_iter().collect::<Permissions>();
    house.world.channels.enter(several.second, maker, perms);
    let second = json!({"type": "channel", "channel": format!("chn_{}", several.second)});
    let wish = |grant: Value| json!({"grants": [second.clone(), grant]});
    for (grant, status, told) in [
        (house.grant("channel"), 422, "wrong-input"),
        (house.grant("group"), 403, "grant-not-yours"),
        (house.grant("namespace"), 422, "wrong-input"),
        (second.clone(), 422, "wrong-input"),
    ] {
        let refused = house.post("/v1/invitations", maker, wish(grant)).await;
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (status, told),
            "{}",
            refused.body
        );
        if status == 422 {
            assert_eq!(refused.json()["errors"][0]["pointer"], "#/grants/1");
        }
    }
    let fine = house
        .post("/v1/invitations", maker, wish(house.grant("account")))
        .await;
    assert_eq!(fine.status, 201, "{}", fine.body);
}
