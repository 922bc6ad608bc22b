//! Our own contract from outside: the way of newcomers, and keys of calls across a crash.

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process, race};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, house, int, list, text, unique};
use crate::wreck::{SETTLED, ledger_is_whole};

/// An invitation of this person's that gives `grant` to ten.
async fn link_for_ten(maker: &Chat, grant: Value) -> Value {
    let wish = json!({"grants": [grant], "max_uses": 10, "message": "Come in"});
    maker.post("/v1/invitations", &wish).await.ok(201)
}

fn newcomer(made: &Value, name: &str) -> Value {
    let account = json!({"username": name, "password": PASSWORD});
    json!({"secret": text(&made["secret"], "secret"), "account": account})
}

/// Asks for this problem; the shape is held against the document.
#[track_caller]
pub(crate) fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer}");
    let problem: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(problem["code"], code, "{answer}");
}

/// How many of these came in; everybody else was told that it is full.
fn came_in(answers: &[Answer]) -> usize {
    let refused = answers.iter().filter(|answer| answer.status != 201);
    for answer in refused {
        is_problem(answer, 410, "invitation-used-up");
    }
    answers.iter().filter(|answer| answer.status == 201).count()
}

async fn a_link_for_ten_lets_in_ten_newcomers(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let made = link_for_ten(&maker, json!({"type": "account"})).await;
    let names: Vec<String> = (0..24).map(|_| unique("newcomer")).collect();
    let clients: Vec<Chat> = (0..24).map(|_| house.nobody().elsewhere()).collect();
    let come = |n: usize| {
        let wish = newcomer(&made, &names[n]);
        clients[n].post("/v1/redemptions", &wish).into_future()
    };
    let answers = race(24, come).await;
    assert_eq!(came_in(&answers), 10);
    for (name, answer) in names.iter().zip(&answers) {
        let login = house.nobody().login(name, PASSWORD).await.status;
        assert_eq!(
            login,
            if answer.status == 201 { 200 } else { 401 },
            "{name}"
        );
    }
    let roster = format!("/v1/invitations/{}/redemptions", text(&made, "id"));
    let roster = maker.get(roster).await.ok(200);
    assert_eq!(list(&roster["data"]).len(), 10);
    let by = &made["secret"]["id"];
    assert!(
        list(&roster["data"]).iter().all(|one| &one["secret"] == by),
        "{roster}"
    );
}

/// Preview, account, channel: what somebody does who was sent two links.
async fn a_newcomer_comes_all_the_way(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let account = link_for_ten(&maker, json!({"type": "account"})).await;
    let grant = json!({
        "type": "channel",
        "channel": format!("chn_{channel}"),
        "permissions": ["write"],
    });
    let into = link_for_ten(&maker, grant).await;
    let nobody = house.nobody();
    let secret = json!({"secret": text(&into["secret"], "secret")});
    let preview = nobody
        .post("/v1/invitation-previews", &secret)
        .await
        .ok(200);
    assert_eq!(text(&preview, "inviter"), maker.name);
    assert_eq!(text(&preview, "message"), "Come in");
    let stranger = nobody.post("/v1/redemptions", &secret).await;
    is_problem(&stranger, 401, "unauthenticated");

    let name = unique("newcomer");
    let wish = newcomer(&account, &name);
    drop(nobody.post("/v1/redemptions", &wish).await.ok(201));
    let guest = nobody.signed_in(&name, PASSWORD).await;
    let came = guest.post("/v1/redemptions", &secret).await.ok(201);
    assert_eq!(text(&came, "username"), name);
    assert_eq!(guest.say(channel, "Here I am.").await.status, 201);

    let revoke = format!("/v1/invitations/{}/revoke", text(&into, "id"));
    drop(maker.post(revoke, &json!({})).await.ok(200));
    let late = house.person().await;
    let refused = late.post("/v1/redemptions", &secret).await;
    is_problem(&refused, 410, "invitation-revoked");
    // Whoever is in stays in.
    assert_eq!(guest.say(channel, "Still here.").await.status, 201);
}

/// The effect is there, the answer is not: the same call says it.
async fn a_key_outlives_a_crash(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let wish = json!({"grants": [{"type": "account"}], "max_uses": 10});
    let ask = |chat: Chat| {
        let call = chat.elsewhere().post("/v1/invitations", &wish);
        call.header("Idempotency-Key", "make-1")
    };
    house.arm("after-kept").unwrap();
    assert!(
        ask(house.root()).attempt().await.is_err(),
        "the point was not reached"
    );
    house.has_died("after-kept").await;
    house.disarm();
    let told = ask(house.root()).await.expect(201);
    assert_eq!(told.header("idempotent-replayed"), Some("true"), "{told}");
    let made = told.json();
    let mine = house.root().get("/v1/invitations?limit=200").await.ok(200);
    let this = list(&mine["data"])
        .iter()
        .filter(|one| one["uses"]["most"] == 10);
    assert_eq!(this.count(), 1);

    for (number, point) in ["after-reserve", "after-act", "before-settle"]
        .iter()
        .enumerate()
    {
        let name = unique("newcomer");
        let wish = newcomer(&made, &name);
        let enter = || {
            let call = house.nobody().elsewhere().post("/v1/redemptions", &wish);
            call.header("Idempotency-Key", point)
        };
        house.arm(point).unwrap();
        assert!(enter().attempt().await.is_err(), "{point} was not reached");
        house.has_died(point).await;
        house.disarm();
        let came = eventually(SETTLED, "the outcome", async || {
            let answer = enter().await;
            (answer.status != 409).then_some(answer)
        });
        let came = came.await.ok(201);
        assert_eq!(text(&came, "username"), name);
        assert_eq!(house.nobody().login(&name, PASSWORD).await.status, 200);
        let shown = format!("/v1/invitations/{}", text(&made, "id"));
        let shown = house.root().get(shown).await.ok(200);
        assert_eq!(
            int(&shown["uses"], "settled"),
            i64::try_from(number + 1).unwrap()
        );
        assert_eq!(shown["uses"]["taken"], shown["uses"]["settled"]);
    }
    ledger_is_whole(&house);
}

every_shape!(
    a_link_for_ten_lets_in_ten_newcomers,
    a_newcomer_comes_all_the_way,
);
one_process!(a_key_outlives_a_crash);
